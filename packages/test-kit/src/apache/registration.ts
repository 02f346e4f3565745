import { connect } from 'node:net'
import { eventually } from '../eventually.js'

const GET_BROKER_CLUSTER_INFO = 106
const REGISTRATION_TIMEOUT_MS = 30_000
const ANSWER_TIMEOUT_MS = 3_000

/** Waits until each nameserver knows the broker: an Apache broker says "boot success" before that, and clients need both. */
export async function untilRegistered(nameservers: readonly string[], brokerName: string): Promise<void> {
  for (const nameserver of nameservers) {
    await eventually(async () => (await clusterInfo(nameserver)).includes(`"${brokerName}"`), {
      withinMs: REGISTRATION_TIMEOUT_MS,
    })
  }
}

/** Asks a nameserver. Encoded by hand, because the test kit imports no package of ours: their tests import the test kit. */
function clusterInfo(nameserver: string): Promise<string> {
  const [host, port] = nameserver.split(':')
  const header = Buffer.from(
    JSON.stringify({ code: GET_BROKER_CLUSTER_INFO, language: 'JAVA', version: 0, opaque: 1, flag: 0 }),
  )
  // int32 length of what follows, int32 header length (its top byte 0 means JSON), header, no body
  const prefix = Buffer.alloc(8)
  prefix.writeInt32BE(4 + header.length, 0)
  prefix.writeInt32BE(header.length, 4)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: host!, port: Number(port) })
    const received: Buffer[] = []
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error(`no answer from ${nameserver}`)))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received.push(chunk)
      const answer = Buffer.concat(received)
      if (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) return
      socket.destroy()
      resolve(answer.toString('latin1'))
    })
    socket.write(Buffer.concat([prefix, header]))
  })
}
