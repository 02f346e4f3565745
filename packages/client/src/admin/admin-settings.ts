import { option, parseOptions, z } from '@rocketeer/foundation'
import { isValidPermission } from '@rocketeer/protocol'
import { TOPIC_MESSAGE_TYPES } from '@rocketeer/protocol/record'

/** Brokers refuse more. */
const QUEUES_MAX = 65_536

const queues = (min: number) => z.int().min(min).max(QUEUES_MAX)

const brokerChoice = {
  brokers: z.array(option.text()).min(1).optional(),
  cluster: option.text().optional(),
}

/** What `TopicSettings` may be: a topic without queues can be neither written nor read, one half of that is a choice. */
const topicSettings = z.strictObject({
  ...brokerChoice,
  queues: queues(1).optional(),
  readQueues: queues(0).optional(),
  writeQueues: queues(0).optional(),
  perm: z.int().refine(isValidPermission, '2 write, 4 read or 6 both is needed').optional(),
  order: z.boolean().optional(),
  type: z.enum(TOPIC_MESSAGE_TYPES).optional(),
})

const groupSettings = z.strictObject({
  ...brokerChoice,
  retriesMax: z.int().min(0).max(0x7fffffff).optional(),
  retryQueues: z.int().min(0).max(1024).optional(),
  allowConsuming: z.boolean().optional(),
  allowBroadcasting: z.boolean().optional(),
  ordered: z.boolean().optional(),
})

const requestModeSettings = z.strictObject({
  ...brokerChoice,
  mode: z.enum(['PULL', 'POP']),
  popShareQueues: z.int().min(-1).max(10_000).optional(),
})

const keyQuery = z.strictObject({
  messagesMax: option.count().optional(),
  since: z.int().min(0).optional(),
  until: z.int().min(0).optional(),
})

const deadLetterQuery = z.strictObject({
  key: option.text().optional(),
  error: option.text().optional(),
  since: z.int().min(0).optional(),
  until: z.int().min(0).optional(),
  replayed: z.boolean().optional(),
})

/** What calls of the admin take as their last argument. */
export const settings = {
  topic: topicSettings,
  group: groupSettings,
  requestMode: requestModeSettings,
  keyQuery,
  traceQuery: keyQuery.extend({ traceTopic: option.text().optional() }),
  deadLetterQuery,
  deadLetterPage: deadLetterQuery.extend({
    messagesMax: option.count().optional(),
    cursor: z.string().optional(),
  }),
  deadLetterCauses: deadLetterQuery.extend({ by: z.enum(['error', 'message']).optional() }),
  copy: z.strictObject({ topic: option.text().optional(), dryRun: z.boolean().optional() }),
  list: z.strictObject({ system: z.boolean().optional() }),
}

/** Throws `OPTION_INVALID`, which names the call. */
export function checkSettings(call: string, kind: keyof typeof settings, given: unknown): void {
  parseOptions(settings[kind], given, call)
}
