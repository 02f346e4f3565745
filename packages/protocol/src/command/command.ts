import { type RequestCode, requestCodeName } from '../codes/request-code.js'
import type { FieldTable, FieldValues } from './field.js'
import { FieldCodec } from './field-codec.js'

/**
 * One command of the remoting protocol: its code and the header fields of request and response. The one description
 * gives decoding, encoding and the types of both.
 */
export interface Command<Request extends FieldTable = FieldTable, Response extends FieldTable = FieldTable> {
  readonly code: RequestCode
  /** RocketMQ's name of the code, for logs and remarks. */
  readonly name: string
  readonly request: FieldCodec<Request>
  readonly response: FieldCodec<Response>
}

/** Decoded request header of a command, for example `RequestFields<typeof pullMessage>`. */
export type RequestFields<Of> = Of extends Command<infer Request, FieldTable> ? FieldValues<Request> : never

/** Decoded response header of a command. */
export type ResponseFields<Of> =
  Of extends Command<FieldTable, infer Response> ? FieldValues<Response> : never

/** The table of a command without fields. */
export type NoFields = Record<never, never>

export function defineCommand<
  Request extends FieldTable = NoFields,
  Response extends FieldTable = NoFields,
>(description: { code: RequestCode; request?: Request; response?: Response }): Command<Request, Response> {
  const name = requestCodeName(description.code)
  return {
    code: description.code,
    name,
    request: new FieldCodec(name, description.request ?? ({} as Request)),
    response: new FieldCodec(`the response to ${name}`, description.response ?? ({} as Response)),
  }
}
