/** The version number we announce: the ordinal of V5_5_0 in Apache's MQVersion. Peers use it to pick features. */
export const PROTOCOL_VERSION = 513
