import type { Command } from '@rocketeer/protocol'
import { encodeProperties } from '@rocketeer/protocol/record'

/** Header fields as they go over the wire; undefined ones are left out. */
export type HeaderTexts = Readonly<Record<string, string | undefined>>

/** A request that is wrong in one respect. */
export interface HostileRequest {
  /** What is wrong, for the test's report. */
  readonly wrong: string
  readonly fields: HeaderTexts
  readonly body: Buffer
  /** No peer may carry it out: a field that it needs is missing, or is not of its kind. */
  readonly mustBeRefused: boolean
  /** It may be answered after weeks. */
  readonly mayWait: boolean
}

/** How long the broker may wait for a message. */
const waitFields: ReadonlySet<string> = new Set(['pollTime', 'suspendTimeoutMillis'])

/** Fields that make a request sound, whatever the command; without an entry a field gets a sound value of its kind. */
const soundFields: HeaderTexts = {
  ...{ topic: 'orders', originTopic: 'orders', defaultTopic: 'TBW102' },
  ...{ consumerGroup: 'readers', group: 'readers', groupName: 'readers', srcGroup: 'readers' },
  ...{ destGroup: 'others', compareGroup: 'readers', filterGroups: 'readers', producerGroup: 'producers' },
  ...{ clusterName: 'DefaultCluster', cluster: 'DefaultCluster', defaultTopicQueueNums: '4' },
  ...{ readQueueNums: '4', writeQueueNums: '4', perm: '6', topicFilterType: 'SINGLE_TAG', order: 'false' },
  ...{ maxMsgNums: '8', maxNum: '8', count: '8', invisibleTime: '60000', subscription: '*', exp: '*' },
  ...{ expType: 'TAG', expressionType: 'TAG', properties: encodeProperties({ KEYS: 'key' }), key: 'key' },
  ...{
    mode: '0',
    boundaryType: 'LOWER',
    timerEngineType: 'F',
    compressed: 'false',
    enableActingMaster: 'false',
  },
  ...{ brokerName: 'broker-b', brokerAddr: '127.0.0.1:1', haServerAddr: '127.0.0.1:2', brokerId: '0' },
  ...{ msgId: '7F00000100002A9F0000000000000000', clientId: 'client', clientID: 'client', bname: '' },
  ...{
    heartbeatTimeoutMillis: '120000',
    heartbeatTimeoutMills: '120000',
    statsName: 'TOPIC_PUT_NUMS',
    statsKey: 'orders',
    commitOrRollback: '8',
    namespace: 'space',
  },
}

const soundValue = { text: 'text', int32: '0', int64: '0', boolean: 'false' } as const

/** Not of its kind: to be refused by every command. */
const malformed = {
  text: [],
  int32: ['', 'x', '1e3', '1.5', 'NaN', '2147483648', '-2147483649', '9'.repeat(400)],
  int64: ['', 'x', '1e3', '1.5', '-Infinity', '9'.repeat(400)],
  boolean: [],
} as const

const LONG = 'x'.repeat(300)
const hostileNames = [
  ...['', '__proto__', 'constructor', 'hasOwnProperty', 'toString', '../../etc/passwd', 'a/b', 'C:\\x'],
  ...[
    '\u0000',
    'a\u0001b\u0002c',
    'a\nb',
    '%RETRY%',
    '%DLQ%',
    '%RETRY%%RETRY%x',
    '%RETRY%__proto__',
    ' ',
    '*',
    '{}',
  ],
  ...['ünïcode-😀', '\ud800', LONG, 'x'.repeat(30_000), '0 1 2 3 4 5 6 7', '-1 -1 -1 -1 -1 broker -1 -1'],
  ...[
    'a && b',
    'a = ',
    '(((((((',
    'SCHEDULE_TOPIC_XXXX',
    'rmq_sys_wheel_timer',
    'TBW102',
    'CID_RMQ_SYS_TRANS',
    '@',
  ],
]

/** Of its kind, and impossible or nearly so: to be refused, or carried out without harm. */
const impossible = {
  text: hostileNames,
  int32: ['-1', '-2147483648', '2147483647', '1073741824', '65536'],
  int64: ['-1', '-9223372036854775808', '9223372036854775807', '9007199254740993', '4294967296'],
  boolean: ['', 'TRUE', 'maybe', '1'],
} as const

const hostileBodies = [
  ...[
    '',
    '{',
    '[',
    '[]',
    '{}',
    'null',
    '0',
    '"text"',
    'true',
    '{"__proto__":{"topic":"x"}}',
    '\u0000',
    'a=b\n=c\n==\n',
  ],
  ...[
    '[{}]',
    '[null]',
    `${'['.repeat(20_000)}`,
    '__proto__=x',
    'orderMessageEnable=maybe',
    'maxMsgsNumBatch=many',
    'constructor=1\nbrokerName=other',
    '\\u00',
  ],
  `{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_001)}`,
].map((text) => Buffer.from(text))
hostileBodies.push(Buffer.alloc(64, 0xff), Buffer.alloc(64), Buffer.from([0x7f, 0xff, 0xff, 0xff]))

/** Sound fields for the command. */
function soundFieldsOf(command: Command): HeaderTexts {
  return Object.fromEntries(
    command.request.plans.map(({ name, wireName, field }) => [
      wireName,
      soundFields[name] ?? soundValue[field.kind],
    ]),
  )
}

/** Requests of the command, each wrong in one field or in one part of its body. */
export function* hostileRequests(command: Command, soundBody: unknown): Generator<HostileRequest> {
  const sound = soundFieldsOf(command)
  const body = encoded(soundBody)
  for (const { name, wireName, field } of command.request.plans) {
    const given = (value: string | undefined, mustBeRefused: boolean): HostileRequest => ({
      wrong: `${name}=${value === undefined ? '(missing)' : JSON.stringify(value.slice(0, 40))}`,
      fields: { ...sound, [wireName]: value },
      body,
      mustBeRefused,
      mayWait: !mustBeRefused && waitFields.has(name),
    })
    yield given(undefined, field.required)
    for (const value of malformed[field.kind]) yield given(value, true)
    for (const value of impossible[field.kind]) yield given(value, false)
  }
  for (const body of [...hostileBodies, ...wrongVariants(soundBody).map(encoded)])
    yield {
      wrong: `body ${body.toString('latin1').slice(0, 200)}`,
      fields: sound,
      body,
      mustBeRefused: false,
      mayWait: false,
    }
}

function encoded(value: unknown): Buffer {
  return value instanceof Buffer
    ? value
    : typeof value === 'string'
      ? Buffer.from(value)
      : Buffer.from(JSON.stringify(value))
}

const wrongLeaves = [
  null,
  -1,
  2 ** 31,
  1e300,
  1.5,
  '',
  'x',
  '__proto__',
  'a/b',
  LONG,
  true,
  [],
  {},
  [null],
  [[]],
  { __proto__x: 1 },
]

/** The value with one of its parts, at any depth, missing or replaced. */
function wrongVariants(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Buffer) return []
  const variants: unknown[] = []
  for (const [key, part] of Object.entries(value)) {
    const replaced = (by: unknown) =>
      Array.isArray(value) ? value.with(Number(key), by) : { ...value, [key]: by }
    variants.push(...wrongLeaves.map(replaced), replaced(undefined), ...wrongVariants(part).map(replaced))
    if (!Array.isArray(value)) {
      const { [key]: moved, ...others } = value as Record<string, unknown>
      // `JSON.parse` makes an own property of the name, which an object literal does not.
      variants.push({ ...others, ...(JSON.parse(`{"__proto__":${JSON.stringify(moved)}}`) as object) })
    }
  }
  return variants
}
