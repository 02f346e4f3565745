import { bodyOf, integer, mapOf, object, text, type ValueOf } from './shape.js'

export const setMessageRequestModeRequestBodyShape = object({
  topic: text(),
  consumerGroup: text(),
  mode: text('PULL'),
  popShareQueueNum: integer(),
})

/** Whether a group pulls or pops a topic: PULL or POP. Apache: SetMessageRequestModeRequestBody. */
export type SetMessageRequestModeRequestBody = ValueOf<typeof setMessageRequestModeRequestBodyShape>

export const {
  encode: encodeSetMessageRequestModeRequestBody,
  decode: decodeSetMessageRequestModeRequestBody,
} = bodyOf('SetMessageRequestModeRequestBody', setMessageRequestModeRequestBodyShape)

export const messageRequestModeSerializeWrapperShape = object({
  messageRequestModeMap: mapOf(text(), mapOf(text(), setMessageRequestModeRequestBodyShape)),
})

/** The modes of every group by topic. Apache: MessageRequestModeSerializeWrapper. */
export type MessageRequestModeSerializeWrapper = ValueOf<typeof messageRequestModeSerializeWrapperShape>

export const {
  encode: encodeMessageRequestModeSerializeWrapper,
  decode: decodeMessageRequestModeSerializeWrapper,
} = bodyOf('MessageRequestModeSerializeWrapper', messageRequestModeSerializeWrapperShape)
