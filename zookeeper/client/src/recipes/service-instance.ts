import { ZooKeeperError } from "../zookeeper-error.ts";

/** How long an instance is registered: DYNAMIC as long as its session, STATIC until it is taken away. */
export type ServiceType = "DYNAMIC" | "STATIC" | "PERMANENT" | "DYNAMIC_SEQUENTIAL";

/** A URI in parts; the variable ones name fields of the instance, such as "address". */
export interface UriSpec {
  readonly parts: readonly { readonly value: string; readonly variable: boolean }[];
}

/** One place where a service runs, field by field as Curator's discovery writes it in JSON. */
export interface ServiceInstance<Payload = unknown> {
  readonly name: string;
  readonly id: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly sslPort: number | null;
  /** What the service says of itself. Java readers of objects want a field `@class` in it. */
  readonly payload: Payload | null;
  /** ms since the epoch. */
  readonly registrationTimeUTC: number;
  readonly serviceType: ServiceType;
  readonly uriSpec: UriSpec | null;
  /** False if the instance is there but wants no work; true if it is not said. */
  readonly enabled?: boolean | undefined;
}

/** @returns the JSON that Curator's JsonInstanceSerializer reads */
export function encodeInstance(instance: ServiceInstance): Buffer {
  const { name, id, address, port, sslPort, payload, registrationTimeUTC, serviceType, uriSpec, enabled } = instance;
  const fields = { name, id, address, port, sslPort, payload, registrationTimeUTC, serviceType, uriSpec };
  // Older readers do not know the field, so it is written only where it says something.
  return Buffer.from(JSON.stringify(enabled === false ? { ...fields, enabled } : fields));
}

/** @throws ZooKeeperError CorruptData if `data` is not JSON of an instance. The payload's type is the caller's word. */
export function decodeInstance<Payload>(data: Buffer | null, path: string): ServiceInstance<Payload> {
  let fields: Partial<ServiceInstance<Payload>> | null;
  try {
    fields = JSON.parse(data?.toString("utf8") ?? "null") as typeof fields;
  } catch (cause) {
    throw new ZooKeeperError("CorruptData", `Cannot read service instance "${path}": it is not JSON`, { path, cause });
  }
  if (typeof fields !== "object" || typeof fields?.name !== "string" || typeof fields.id !== "string") {
    throw new ZooKeeperError("CorruptData", `Cannot read service instance "${path}": it has no name and id`, { path });
  }
  return {
    name: fields.name,
    id: fields.id,
    address: fields.address ?? null,
    port: fields.port ?? null,
    sslPort: fields.sslPort ?? null,
    payload: fields.payload ?? null,
    registrationTimeUTC: fields.registrationTimeUTC ?? 0,
    serviceType: fields.serviceType ?? "DYNAMIC",
    uriSpec: fields.uriSpec ?? null,
    enabled: fields.enabled ?? true,
  };
}

/** The URI of an instance by its uriSpec; "" if it has none. @param variables values beside the instance's fields */
export function buildUri(instance: ServiceInstance, variables: Readonly<Record<string, string>> = {}): string {
  const fields: Record<string, string | number | null | undefined> = {
    scheme: instance.sslPort === null ? "http" : "https",
    name: instance.name,
    id: instance.id,
    address: instance.address,
    port: instance.port,
    "ssl-port": instance.sslPort,
    "registration-time-utc": instance.registrationTimeUTC,
    "service-type": instance.serviceType.toLowerCase(),
    ...variables,
  };
  const parts = instance.uriSpec?.parts ?? [];
  return parts.map(({ value, variable }) => (variable ? String(fields[value] ?? "") : value)).join("");
}
