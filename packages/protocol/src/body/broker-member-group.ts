import { bodyOf, integer, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const brokerMemberGroupShape = object({
  cluster: optional(text()),
  brokerName: optional(text()),
  brokerAddrs: mapOf(integer(), text()),
})

/** Addresses of one broker name by broker id. Apache: BrokerMemberGroup. */
export type BrokerMemberGroup = ValueOf<typeof brokerMemberGroupShape>

export const getBrokerMemberGroupResponseBodyShape = object({
  brokerMemberGroup: optional(brokerMemberGroupShape),
})

/** The answer to GET_BROKER_MEMBER_GROUP. Apache: GetBrokerMemberGroupResponseBody. */
export type GetBrokerMemberGroupResponseBody = ValueOf<typeof getBrokerMemberGroupResponseBodyShape>

export const {
  encode: encodeGetBrokerMemberGroupResponseBody,
  decode: decodeGetBrokerMemberGroupResponseBody,
} = bodyOf('GetBrokerMemberGroupResponseBody', getBrokerMemberGroupResponseBodyShape)
