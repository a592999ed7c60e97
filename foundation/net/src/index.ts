export { certificateSubject, formatDistinguishedName } from "./key-stores/distinguished-name.ts";
export { KeyStoreError, type KeyStoreErrorCode } from "./key-stores/key-store-error.ts";
export { type KeyEntry, type KeyStore, type TrustedEntry } from "./key-stores/key-store.ts";
export { KEY_STORE_BYTES_MAX, type KeyStoreType, readKeyStore } from "./key-stores/read-key-store.ts";
