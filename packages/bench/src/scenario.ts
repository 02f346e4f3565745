export type FlushMode = 'async' | 'sync'

/**
 * What is sent: ordinary messages, messages for delay level 1 or for a delivery time, either due one second later and
 * delivered while the load goes on, or transactions, each a half message and its commit.
 */
export type MessageKind = 'normal' | 'delayed' | 'timed' | 'transaction'

/** One load, fully described. */
export interface Scenario {
  readonly name: string
  readonly mode: 'send' | 'pull'
  readonly kind: MessageKind
  /** What pulls ask for: every message, by its tag, or by a SQL92 expression that every message matches. */
  readonly filter: 'tag' | 'sql'
  readonly connections: number
  /** Requests under way on each connection. */
  readonly inFlight: number
  readonly bodyBytes: number
  readonly header: 'json' | 'binary'
  /** Messages sent before a pull load, which then reads just these again and again; 0 for a send load. */
  readonly fillMessages: number
  /** What the broker must be set to; a broker that runs already is taken as it is. */
  readonly flush: FlushMode
}

const usual: Omit<Scenario, 'name'> = {
  mode: 'send',
  kind: 'normal',
  filter: 'tag',
  connections: 1,
  inFlight: 64,
  bodyBytes: 1024,
  header: 'binary',
  fillMessages: 0,
  flush: 'async',
}

/** The loads that a comparison consists of; those of one flush mode stand together, they share a broker. */
export const scenarios: readonly Scenario[] = [
  { ...usual, name: '1x64' },
  { ...usual, name: '1x64-json', header: 'json' },
  { ...usual, name: '1x64-128b', bodyBytes: 128 },
  { ...usual, name: '1x512', inFlight: 512 },
  { ...usual, name: '64x1', connections: 64, inFlight: 1 },
  { ...usual, name: '1x1', inFlight: 1 },
  { ...usual, name: 'pull', mode: 'pull', inFlight: 4, fillMessages: 10_000 },
  { ...usual, name: 'pull-backlog', mode: 'pull', inFlight: 4, fillMessages: 200_000 },
  { ...usual, name: 'pull-sql', mode: 'pull', filter: 'sql', inFlight: 4, fillMessages: 10_000 },
  { ...usual, name: 'transaction', kind: 'transaction' },
  { ...usual, name: 'delayed', kind: 'delayed' },
  { ...usual, name: 'timed', kind: 'timed' },
  { ...usual, name: '1x64-sync', flush: 'sync' },
  { ...usual, name: '64x1-sync', connections: 64, inFlight: 1, flush: 'sync' },
  { ...usual, name: '1x1-sync', inFlight: 1, flush: 'sync' },
]

/** For example `1 × 64, 1 KiB, binary, sync flush`. */
export function describeScenario(scenario: Scenario): string {
  const { mode, kind, filter, connections, inFlight, bodyBytes, header, flush, fillMessages } = scenario
  const size = bodyBytes % 1024 === 0 ? `${bodyBytes / 1024} KiB` : `${bodyBytes} B`
  const load = `${connections} × ${inFlight}`
  if (mode === 'pull')
    return `${filter === 'sql' ? 'SQL92 ' : ''}pull 32 × ${size} of ${fillMessages}, ${load}, ${header}`
  const sent = `${kind === 'normal' ? '' : `${kind} `}${load}`
  return `${sent}, ${size}, ${header}${flush === 'sync' ? ', sync flush' : ''}`
}
