export { AuthConfigError, type AuthConfigErrorCode } from "./auth-config-error.ts";
export { addId, ipId, sameId, worldPermissions } from "./auth-ids.ts";
export { AuthRegistry, type ClientIdentity } from "./auth-registry.ts";
export { type AuthScheme, type AuthSettings, authSettings } from "./auth-settings.ts";
export { type AuthConnection, type AuthOutcome } from "./authenticate.ts";
export { digestId } from "./digest-id.ts";
export { hostAddress } from "./ip-address.ts";
export { SaslServer, type SaslServerOptions, type SaslStep } from "./sasl-server.ts";
