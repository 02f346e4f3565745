import type { RequestFields, ResponseFields } from '@rocketeer/protocol'
import type { sendMessage } from '@rocketeer/protocol/commands'
import type { Reply, Request } from '@rocketeer/remoting'

export type SendFields = RequestFields<typeof sendMessage>
export type SendResponse = ResponseFields<typeof sendMessage>
export type SendReply = Reply & { fields?: SendResponse }

/** A send request under any of its three codes. */
export interface SendRequest extends Pick<Request, 'body' | 'connection' | 'version'> {
  readonly fields: SendFields
}
