/** Brings the documents into the shape VitePress wants: `pages/` with an index for each README. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('..', import.meta.url))
const pages = fileURLToPath(new URL('pages', import.meta.url))

/** What lies outside of docs/ is read on the repository's own page. */
const ELSEWHERE = 'https://github.com/rocketeer-mq/rocketeer/blob/main/'

/** Links as the site has them: READMEs of docs/ are indexes, other files of the repository lie elsewhere. */
function withSiteLinks(text, folder) {
  return text.replace(/\]\((?!\w+:|#)([^)\s]+)\)/g, (link, target) => {
    const [path, anchor] = target.split('#')
    const file = normalize(join(folder, path))
    const suffix = anchor === undefined ? '' : `#${anchor}`
    if (!file.startsWith('docs/')) return `](${ELSEWHERE}${file}${suffix})`
    return path.endsWith('README.md') ? `](${path.replace(/README\.md$/, 'index.md')}${suffix})` : link
  })
}

export function makePages() {
  rmSync(pages, { recursive: true, force: true })
  cpSync(join(repository, 'docs/images'), join(pages, 'images'), { recursive: true })
  for (const folder of ['docs', 'docs/guide', 'docs/zh-CN', 'docs/zh-CN/guide']) {
    for (const name of readdirSync(join(repository, folder)).filter((each) => each.endsWith('.md'))) {
      const text = readFileSync(join(repository, folder, name), 'utf8')
      const path = join(pages, folder.replace(/^docs\/?/, ''), name.replace('README', 'index'))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, withSiteLinks(text, folder))
    }
  }
}

makePages()
