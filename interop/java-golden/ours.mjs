// Encodes with our codecs what the golden file describes, for `Golden verify` to read with Apache's classes:
//   node ours.mjs FILE && java -cp … dev.rocketeer.golden.Golden verify FILE
import { readFileSync, writeFileSync } from 'node:fs'
import { ManualClock } from '@rocketeer/foundation'
import * as protocol from '@rocketeer/protocol'
import * as bodies from '@rocketeer/protocol/bodies'
import * as commands from '@rocketeer/protocol/commands'
import * as records from '@rocketeer/protocol/record'

const bodyOfClass = { ...bodies, ...commands }

const golden = JSON.parse(
  readFileSync(new URL('../../packages/protocol/golden/apache-5.5.0.golden.json', import.meta.url), 'utf8'),
)
const commandsByName = new Map(
  Object.values(commands)
    .filter((each) => each?.request instanceof protocol.FieldCodec)
    .map((command) => [command.name, command]),
)

function frame(sample) {
  const command = commandsByName.get(sample.command)
  const codec = sample.response ? command.response : command.request
  const fields = codec.decode({ kind: 'json', fields: sample.fields })
  const flag = sample.response ? protocol.RESPONSE_FLAG : 0
  const code = sample.response ? 0 : command.code
  const remark = sample.response ? 'répondu ✓' : undefined
  const body = Buffer.from(sample.response ? '' : 'body')
  const serialization = protocol.Serialization[sample.serialization]
  const writer = new protocol.FrameWriter()
  protocol.encodeFrame(
    writer,
    { code, opaque: sample.opaque, flag, remark, serialization },
    codec,
    fields,
    body,
  )
  const { command: name, header, serialization: type, opaque } = sample
  const sent = codec.plans.filter((plan) => fields[plan.name] !== undefined)
  return {
    command: name,
    header,
    serialization: type,
    code,
    opaque,
    flag,
    remark,
    body: body.toString('hex'),
    fields: Object.fromEntries(sent.map((plan) => [plan.wireName, String(fields[plan.name])])),
    hex: Buffer.concat(writer.take()).toString('hex'),
  }
}

function record(sample) {
  const message = {
    ...sample,
    bornHost: records.encodeHost(sample.bornAddress, sample.bornPort),
    storeHost: records.encodeHost(sample.storeAddress, sample.storePort),
    body: Buffer.from(sample.body, 'hex'),
  }
  return { ...sample, hex: records.encodedRecord(message, sample).toString('hex') }
}

function body(sample) {
  const { decode, encode } = bodyOfClass[sample.class]
  return {
    class: sample.class,
    apache: sample.text,
    text: encode(decode(Buffer.from(sample.text))).toString(),
  }
}

function compressedRegistration(sample) {
  const decoded = bodies.CompressedRegisterBrokerBody.decode(
    Buffer.from(sample.hex, 'hex'),
    protocol.PROTOCOL_VERSION,
  )
  const topics = [...decoded.topicConfigSerializeWrapper.topicConfigTable].map(
    ([name, topic]) => `"${name}":${bodies.TopicConfig.encode(topic)}`,
  )
  return {
    topics: `{${topics.join(',')}}`,
    hex: bodies.CompressedRegisterBrokerBody.encode(decoded).toString('hex'),
  }
}

function batch(sample) {
  const messages = sample.messages.map((message) => ({ ...message, body: Buffer.from(message.body, 'hex') }))
  return { messages: sample.messages, hex: bodies.BatchMessages.encode(messages).toString('hex') }
}

function trace(sample) {
  return {
    entries: sample.entries,
    hex: Buffer.from(sample.entries.map(protocol.encodeTraceEntry).join('')).toString('hex'),
  }
}

function clientMessageId(address) {
  // Apache reads the time back within the running month.
  const time = Date.now() - 1000
  const next = protocol.clientMessageIds({
    clock: new ManualClock(time),
    address: records.encodeHost(address, 0).subarray(0, -4),
    processId: 4711,
  })
  return { id: next(), address, processId: 4711, time }
}

const awkward = { path: 'C:\\store', ' key ': ' 优 é\t', 'a=b': '#c', empty: '' }

writeFileSync(
  process.argv[2],
  JSON.stringify({
    frames: golden.frames.map(frame),
    records: golden.records.map(record),
    batches: golden.batches.map(batch),
    bodies: golden.bodies.map(body),
    compressedRegistrations: golden.compressedRegistrations.map(compressedRegistration),
    traces: golden.traces.map(trace),
    properties: [{ values: awkward, text: bodies.formatJavaProperties(Object.entries(awkward)) }],
    messageIds: golden.messageIds.map(({ address, port, offset }) => ({
      address,
      port,
      offset,
      id: records.encodeMessageId(records.encodeHost(address, port), offset),
    })),
    clientMessageIds: ['10.1.2.3', '2001:db8::7f'].map(clientMessageId),
  }),
)
