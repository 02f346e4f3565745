// Records what an Apache client, nameserver and broker say to each other, through two proxies:
//   node capture.mjs LIB CLASSES OUT
// LIB is a folder with Apache's jars, CLASSES the compiled Golden program.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { decodeFrame, isResponse, requestCodeName } from '@rocketeer/protocol'

/** The client reaches the broker here, which it advertises; the broker itself listens on the loopback address only. */
const ADVERTISED = '127.0.0.2'
const EXCHANGES_PER_COMMAND = 2
const OPENED = ['java.base/java.nio=ALL-UNNAMED', 'java.base/java.lang=ALL-UNNAMED']
const EXPORTED = ['java.base/jdk.internal.ref=ALL-UNNAMED', 'java.base/sun.nio.ch=ALL-UNNAMED']

const [lib, classes, out] = process.argv.slice(2)
const home = await mkdtemp(join(tmpdir(), 'golden-capture-'))
const children = []
const exchanges = new Map()

function java(main, ...args) {
  const child = spawn(
    'java',
    [
      '-Xms512m',
      '-Xmx1g',
      `-Duser.home=${home}`,
      ...OPENED.flatMap((module) => ['--add-opens', module]),
      ...EXPORTED.flatMap((module) => ['--add-exports', module]),
      '-cp',
      [classes, join(lib, '*')].join(delimiter),
      main,
      ...args,
    ],
    { env: { ...process.env, ROCKETMQ_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.push(child)
  return child
}

function said(child, words) {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => data.includes(words) && resolve())
    child.on('exit', (code) => reject(new Error(`ended with ${code} before it said "${words}"`)))
  })
}

async function listen(server, host, port = 0) {
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return server.address().port
}

async function freePort() {
  const server = createServer()
  const port = await listen(server, '127.0.0.1')
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Passes bytes on in both directions and pairs requests with their answers. */
function proxy(name, targetPort) {
  return createServer((client) => {
    const target = connect(targetPort, '127.0.0.1')
    const open = new Map()
    watch(client, target, `to ${name}`, open)
    watch(target, client, `from ${name}`, open)
  })
}

function watch(source, sink, direction, open) {
  let pending = Buffer.alloc(0)
  source.on('data', (chunk) => {
    sink.write(chunk)
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0)
      note(decodeFrame(pending, 4, end), pending.toString('hex', 0, end), direction, open)
      pending = pending.subarray(end)
    }
  })
  source.on('close', () => sink.destroy())
  source.on('error', () => sink.destroy())
}

/** `open` holds the questions of one connection by opaque and direction; both ends count their own. */
function note(frame, hex, direction, open) {
  if (!isResponse(frame)) {
    open.set(`${direction} ${frame.opaque}`, { command: requestCodeName(frame.code), request: hex })
    return
  }
  const opposite = direction.startsWith('to ')
    ? direction.replace('to', 'from')
    : direction.replace('from', 'to')
  const exchange = open.get(`${opposite} ${frame.opaque}`)
  open.delete(`${opposite} ${frame.opaque}`)
  if (frame.code !== 0) return
  const kept = exchanges.get(exchange.command) ?? []
  exchanges.set(exchange.command, kept)
  if (kept.length < EXCHANGES_PER_COMMAND) kept.push({ ...exchange, response: hex })
}

try {
  const [nameserverPort, brokerPort] = [await freePort(), await freePort()]
  const nameserverConf = join(home, 'nameserver.conf')
  await writeFile(nameserverConf, `listenPort=${nameserverPort}\nbindAddress=127.0.0.1\n`)
  await said(java('org.apache.rocketmq.namesrv.NamesrvStartup', '-c', nameserverConf), 'boot success')

  const toNameserver = proxy('nameserver', nameserverPort)
  const nameserver = `127.0.0.1:${await listen(toNameserver, '127.0.0.1')}`
  const brokerConf = join(home, 'broker.conf')
  await writeFile(
    brokerConf,
    `brokerName=golden\nnamesrvAddr=${nameserver}\nbrokerIP1=${ADVERTISED}\nbindAddress=127.0.0.1\nlistenPort=${brokerPort}\n` +
      `storePathRootDir=${join(home, 'store')}\nmappedFileSizeCommitLog=16777216\nmappedFileSizeConsumeQueue=600000\n` +
      'autoCreateTopicEnable=true\nregisterNameServerPeriod=10000\n',
  )
  await listen(proxy('broker', brokerPort), ADVERTISED, brokerPort)
  await said(java('org.apache.rocketmq.broker.BrokerStartup', '-c', brokerConf), 'boot success')

  const client = java('dev.rocketeer.golden.Golden', 'client', nameserver, 'golden-topic')
  client.stdout.resume()
  const code = await new Promise((resolve) => client.on('exit', resolve))
  if (code !== 0) throw new Error(`the client ended with ${code}`)
  await writeFile(out, `${JSON.stringify([...exchanges.values()].flat(), null, 2)}\n`)
} finally {
  for (const child of children) child.kill('SIGKILL')
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
}
process.exit(0)
