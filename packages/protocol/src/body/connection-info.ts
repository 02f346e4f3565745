import { integer, object, optional, text, type ValueOf } from './shape.js'

export const connectionShape = object({
  clientId: optional(text()),
  clientAddr: optional(text()),
  language: optional(text()),
  version: integer(),
})

/** One client; `language` is a name of LanguageCode. Apache: Connection. */
export type ConnectionInfo = ValueOf<typeof connectionShape>
