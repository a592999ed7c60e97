export { loadAdminTls } from "./admin-tls.ts";
export { type AdmittedClient, ClientTls, type ClientTlsOptions } from "./client-tls.ts";
export { tlsFiles, tlsMaterialSettings } from "./tls-material-settings.ts";
export { type ClientSecurity, openClientSecurity, reloadLog } from "./client-security.ts";
export { QuorumTls } from "./quorum-tls.ts";
