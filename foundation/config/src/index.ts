export { CONFIG_EXIT_CODE, ConfigError, type ConfigErrorCode, type Origin } from "./config-error.ts";
export { formatHostPort, type HostPort, parseHostPort, PORT_MAX, portOf, splitHostAndPorts } from "./host-port.ts";
export { nearestWord } from "./nearest-word.ts";
export {
  argumentOrigin,
  type ConfigEntry,
  type ConfigWarning,
  fileOrigin,
  parseProperties,
  type Properties,
  warningAt,
} from "./properties.ts";
export {
  type Bounds,
  parseBoolean,
  parseDecimal,
  parseDuration,
  parseInteger,
  parseList,
  parseLong,
  parseSize,
  parseWord,
  parseYesNo,
  wrongValue,
} from "./value-parsers.ts";
