import { isRocketeerError, messageOf, optionErrors } from '@rocketeer/foundation'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { clientErrors } from './errors.js'
import type { HandlerContext } from './handling/handling-options.js'
import { toDeadLetters } from './handling/retry-later.js'
import { checkTopic } from './messages/names.js'
import type { DeliveryTime, MessageContent, MessageToSend } from './messages/outgoing.js'
import type { Message } from './messages/received-message.js'
import type { SqlExpression } from './reading/sql.js'

/** What `defineTopic` takes. */
export interface TypedTopicOptions<Schema extends StandardSchemaV1> {
  /**
   * What the values of this topic are: any Standard Schema, such as one of Zod, Valibot or ArkType. Values are checked
   * before they are sent and when they arrive.
   */
  schema: Schema
  /** Writes the value that the schema takes, as JSON by default. */
  encode?: ((value: StandardSchemaV1.InferInput<Schema>) => string | Uint8Array) | undefined
  /** Reads from a body what the schema takes, JSON by default; throws when it cannot. */
  decode?: ((body: Buffer) => unknown) | undefined
}

/** Handles a value of a typed topic; the outcomes are those of `Handle`. */
export type HandleValue<Value, Result = unknown, Context = HandlerContext> = (
  value: Value,
  message: Message,
  context: Context,
) => Result

/** Everything of a message to send except what its typed topic gives. */
export type TypedMessageOptions = Omit<MessageContent, 'topic' | 'body'> & DeliveryTime

/** A topic whose messages hold values of one type; `defineTopic` makes it. It belongs to no client: define it once. */
export interface TypedTopic<Input, Output> {
  readonly name: string
  /**
   * The message for a value: `producer.send(await orderPaid.message({ orderId: 'o-1' }, { key: 'o-1' }))`. Rejects with
   * `MESSAGE_INVALID` when the schema does not take the value.
   */
  message(value: Input, options?: TypedMessageOptions): Promise<MessageToSend>
  /** The value of a received message. Rejects with `MESSAGE_UNDECODABLE`, or what the schema throws. */
  decode(message: Message): Promise<Output>
  /** For `subscribe` of a consumer; all messages unless an expression says which. */
  subscribe(expression?: string | SqlExpression): Record<string, string | SqlExpression>
  /**
   * For `handle` of a consumer. A message that cannot be decoded never reaches `handle`: it becomes a dead letter at once,
   * with the reason, as no later delivery would succeed. What it returns resolves to what `handle` gave.
   */
  handle<Result, Context = HandlerContext>(
    handle: HandleValue<Output, Result, Context>,
  ): (message: Message, context: Context) => Promise<Awaited<Result>>
}

/** Gives the messages of a topic a type. Throws `TOPIC_INVALID`, and `OPTION_INVALID` for what is no Standard Schema. */
export function defineTopic<Schema extends StandardSchemaV1>(
  name: string,
  options: TypedTopicOptions<Schema>,
): TypedTopic<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> {
  type Input = StandardSchemaV1.InferInput<Schema>
  type Output = StandardSchemaV1.InferOutput<Schema>
  checkTopic(name)
  checkSchema(options?.schema)
  const {
    schema,
    encode = JSON.stringify,
    decode: read = (body) => JSON.parse(body.toString('utf8')),
  } = options

  async function decode(message: Message): Promise<Output> {
    const { messageId } = message
    let value: unknown
    try {
      value = read(message.body)
    } catch (error) {
      throw clientErrors.MESSAGE_UNDECODABLE({ topic: name, messageId, problem: messageOf(error) }, error)
    }
    // What a schema throws is no verdict: it may ask a database that is down.
    const result: StandardSchemaV1.Result<Output> = await schema['~standard'].validate(value)
    if (!result.issues) return result.value
    throw clientErrors.MESSAGE_UNDECODABLE({ topic: name, messageId, problem: problemOf(result.issues) })
  }

  return {
    name,
    decode,
    async message(value: Input, further: TypedMessageOptions = {}): Promise<MessageToSend> {
      const { issues } = await schema['~standard'].validate(value)
      if (issues) throw clientErrors.MESSAGE_INVALID({ problem: `${problemOf(issues)} ("${name}")` })
      return { ...further, topic: name, body: encode(value) }
    },
    subscribe: (expression = '*') => ({ [name]: expression }),
    handle:
      (handle) =>
      async (message, context): Promise<Awaited<ReturnType<typeof handle>>> => {
        const value = await decode(message).catch((error) => {
          throw isRocketeerError(error, 'MESSAGE_UNDECODABLE') ? toDeadLetters(error) : error
        })
        return await handle(value, message, context)
      },
  }
}

/** Without a schema every message would be undecodable, and become a dead letter. */
function checkSchema(schema: StandardSchemaV1 | undefined): void {
  if (typeof schema?.['~standard']?.validate === 'function') return
  const problem =
    '"schema": a Standard Schema is needed, such as one of Zod 3.24 or later, Valibot or ArkType'
  throw optionErrors.OPTION_INVALID({ subject: 'defineTopic', problems: [problem] })
}

/** `amount: expected a number; customer.name: required`. */
function problemOf(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues
    .map(({ message, path = [] }) => {
      const where = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
      return where === '' ? message : `${where}: ${message}`
    })
    .join('; ')
}
