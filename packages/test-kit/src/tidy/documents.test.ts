import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository.js'
import { readText, sourcePackages, trackedFiles } from './source-tree.js'

const tracked = trackedFiles()
const documents = tracked.filter((path) => path.endsWith('.md'))
/** Pages that exist in English and Chinese. */
const pages = documents.filter((path) => path === 'README.md' || /^docs\/(guide\/)?[^/]+$/.test(path))

describe('documents', () => {
  const sources = sourcePackages().flatMap((each) => each.files)
  const words = new Set(sources.flatMap(({ text }) => text.match(/\b[A-Z]\w+/g) ?? []))

  it('link files and headings that exist', () => {
    const broken = documents.flatMap((document) =>
      linksOf(document)
        .filter(({ path, anchor }) => !existsInRepository(path) || !hasHeading(path, anchor))
        .map(({ path, anchor }) => `${document} links ${path}${anchor && `#${anchor}`}`),
    )
    expect(broken).toEqual([])
    expect(documents.flatMap(linksOf).length).toBeGreaterThan(40)
  })

  it('name files of the repository that exist', () => {
    const missing = documents.flatMap((document) =>
      pathsIn(readText(document))
        .filter((path) => !existsInRepository(path))
        .map((path) => `${document} names ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('draw sequences without semicolons, which end a statement of Mermaid', () => {
    const diagrams = documents.flatMap((document) =>
      [...readText(document).matchAll(/^```mermaid\n\s*sequenceDiagram\n([\s\S]*?)^```/gm)].map(
        ([, lines]) => ({
          document,
          lines: lines!.split('\n'),
        }),
      ),
    )
    expect(diagrams.length).toBeGreaterThan(10)
    const broken = diagrams.flatMap(({ document, lines }) =>
      lines.filter((line) => line.includes(';')).map((line) => `${document}: ${line.trim()}`),
    )
    expect(broken).toEqual([])
  })

  it('set bold what Markdown sets bold: no punctuation between its asterisks and a letter, as Chinese has it', () => {
    const plain = documents.flatMap((document) => {
      const text = readText(document).replace(/^```[\s\S]*?^```/gm, '')
      const marked = [...text.matchAll(/(?<=^|(.))\*\*([^*\n]+)\*\*(?=(.)|$)/gmu)]
      return marked
        .filter(([, before = ' ', bold, after = ' ']) => !opens(before, bold!) || !closes(bold!, after))
        .map(([each]) => `${document}: ${each}`)
    })
    expect(plain).toEqual([])
  })

  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s names files and classes that exist', (document) => {
    const named = [...readText(document).matchAll(/`([^`\s<>]+)`/g)].map(([, name]) => name!)
    const files = named.filter((name) => /^[\w./-]+\.ts$/.test(name))
    expect(files.filter((name) => !tracked.some((path) => `/${path}`.endsWith(fromSources(name))))).toEqual(
      [],
    )
    const classes = named.flatMap((name) => name.match(/^[A-Z]\w*[a-z]\w*/) ?? [])
    expect(classes.filter((name) => !words.has(name))).toEqual([])
    expect([files.length, classes.length].every((count) => count > 0)).toBe(true)
  })
})

describe('pages in both languages', () => {
  it('are the same', () => {
    const chinese = documents.filter((path) => /\bzh-CN\b/.test(path))
    expect(chinese.sort()).toEqual(pages.map(inChinese).sort())
  })

  it.each(pages)('%s has the same headings, and links the same pages', (page) => {
    const levels = (path: string) => headingsOf(path).map(({ level }) => level)
    expect(levels(inChinese(page))).toEqual(levels(page))
    const linked = linksOf(page).map(({ path, anchor }) => {
      const translated = pages.includes(path) ? inChinese(path) : path
      return `${translated}, heading ${anchor && headingsOf(path).findIndex(({ slug }) => slug === anchor)}`
    })
    const links = linksOf(inChinese(page)).map(({ path, anchor }) => {
      return `${path}, heading ${anchor && headingsOf(path).findIndex(({ slug }) => slug === anchor)}`
    })
    // Each README also links the other language.
    const others = (list: readonly string[]) => list.filter((each) => !/^README/.test(each)).sort()
    expect(others(links)).toEqual(others(linked))
  })
})

const opens = (before: string, bold: string) => !/^[\p{P}\p{S}]/u.test(bold) || /[\s\p{P}\p{S}]/u.test(before)
const closes = (bold: string, after: string) => !/[\p{P}\p{S}]$/u.test(bold) || /[\s\p{P}\p{S}]/u.test(after)

interface Link {
  /** From the top of the repository. */
  path: string
  /** Of a heading; empty for the whole file. */
  anchor: string
}

/** The links of a document that lead into the repository. */
function linksOf(document: string): Link[] {
  const targets = [...readText(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
  return targets
    .filter((target) => !/^\w+:/.test(target))
    .map((target) => {
      const [path, anchor = ''] = target.split('#')
      return { path: path ? join(dirname(document), path) : document, anchor: decodeURIComponent(anchor) }
    })
}

/** Paths from the top of the repository; of what is built, the source. */
function pathsIn(text: string): string[] {
  const paths = [...text.matchAll(/(?<![\w./-])(?:packages|examples|interop|docs|scripts|\.ci)\/[\w./-]*\w/g)]
  return paths
    .map(([path]) => path)
    .filter((path) => path !== 'packages/rocketeer/bundle')
    .map((path) => path.replace('/dist/', '/src/').replace(/(\/src\/.*)\.js$/, '$1.ts'))
}

/** `broker/conf/x.ts` and `conf/x.ts` leave out `src`; `conf/x.ts` leaves out the package, too. */
function fromSources(name: string): string {
  const [first, ...rest] = name.split('/')
  const isPackage = existsInRepository(`packages/${first}`) && rest[0] !== 'src'
  return isPackage ? `/packages/${first}/src/${rest.join('/')}` : `/${name}`
}

function existsInRepository(path: string): boolean {
  return existsSync(join(repositoryRoot, path))
}

function hasHeading(path: string, anchor: string): boolean {
  return anchor === '' || headingsOf(path).some(({ slug }) => slug === anchor)
}

/** The headings of a document, with the anchors that GitHub gives them. */
function headingsOf(path: string): { level: number; slug: string }[] {
  return [...readText(path).matchAll(/^(#+) (.+)$/gm)].map(([, marks, text]) => ({
    level: marks!.length,
    slug: text!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  }))
}

function inChinese(page: string): string {
  return page === 'README.md' ? 'README.zh-CN.md' : page.replace(/^docs\//, 'docs/zh-CN/')
}
