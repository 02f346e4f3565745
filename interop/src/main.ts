/** What a piece of the toolkit or the client costs on real servers: `node interop/dist/main.js outbox`. */
const costs: Readonly<Record<string, () => Promise<unknown>>> = {
  journal: () => import('./costs/journal.js'),
  idempotency: () => import('./costs/idempotency.js'),
  outbox: () => import('./costs/outbox.js'),
}

const [name = ''] = process.argv.slice(2)
const measure = costs[name]
if (measure) await measure()
else {
  console.error(`name one of ${Object.keys(costs).join(', ')}`)
  process.exitCode = 2
}
