import { dirname } from 'node:path'

/** For each node the nodes it imports. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

/**
 * The groups of nodes that can all reach each other, each sorted, groups of one left out: Tarjan's strongly connected
 * components.
 */
export function circlesIn(graph: Graph): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const trail: string[] = []
  const circles: string[][] = []

  const visit = (node: string): void => {
    order.set(node, order.size)
    lowest.set(node, order.get(node)!)
    trail.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) {
        visit(next)
        lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!))
      } else if (trail.includes(next)) {
        lowest.set(node, Math.min(lowest.get(node)!, order.get(next)!))
      }
    }
    if (lowest.get(node) !== order.get(node)) return
    const group = trail.splice(trail.indexOf(node))
    if (group.length > 1) circles.push(group.sort())
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return circles
}

/**
 * The graph of folders that a graph of files makes. A file in the root of its package's sources is a folder of its own:
 * `errors.ts` is at the bottom of a package, `index.ts` at its top.
 */
export function foldersOf(files: Graph, root: string): Graph {
  const folderOf = (path: string) => (dirname(path) === root ? path : dirname(path))
  const folders = new Map<string, Set<string>>()
  for (const [path, imported] of files) {
    const from = folderOf(path)
    const imports = folders.get(from) ?? new Set()
    folders.set(from, imports)
    for (const other of imported) if (folderOf(other) !== from) imports.add(folderOf(other))
  }
  return folders
}
