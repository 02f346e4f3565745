import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

const pages = fileURLToPath(new URL('../pages/', import.meta.url))

/** The anchors that GitHub gives headings, which the documents link. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

/** The tables of an index page: a group for each heading, an entry for each page it links. */
function sidebarOf(folder) {
  return readFileSync(`${pages}${folder}index.md`, 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf('\n')),
      items: [...section.matchAll(/\[([^\]]+)\]\(([\w/-]+)\.md\)/g)].map(([, text, page]) => ({
        text: text.charAt(0).toUpperCase() + text.slice(1),
        link: `/${folder}${page.replace(/index$/, '')}`,
      })),
    }))
}

/** What each door exports, by kind. */
function referenceSidebar() {
  const reference = `${pages}reference/`
  const folders = (path) =>
    existsSync(path)
      ? readdirSync(path, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => name)
          .sort()
      : []
  const doors = folders(reference).flatMap((name) =>
    name === 'rocketeer'
      ? [
          'rocketeer',
          ...folders(`${reference}rocketeer`)
            .filter(isDoor)
            .map((each) => `rocketeer/${each}`),
        ]
      : [],
  )
  return doors.map((door) => ({
    text: door,
    link: `/reference/${door}/`,
    collapsed: door !== 'rocketeer',
    items: folders(`${reference}${door}`)
      .filter((kind) => !isDoor(kind))
      .map((kind) => ({
        text: (kind.charAt(0).toUpperCase() + kind.slice(1)).replaceAll('-', ' '),
        collapsed: true,
        items: readdirSync(`${reference}${door}/${kind}`)
          .filter((file) => file.endsWith('.md'))
          .sort()
          .map((file) => ({
            text: file.slice(0, -3),
            link: `/reference/${door}/${kind}/${file.slice(0, -3)}`,
          })),
      })),
  }))
}

function isDoor(name) {
  return existsSync(fileURLToPath(new URL(`../doors/${name}.ts`, import.meta.url)))
}

function adaptMarkdown(md) {
  // Indented code is shown as fenced code is: VitePress styles only the latter.
  md.core.ruler.push('fence-all', ({ tokens }) => {
    for (const token of tokens.filter(({ type }) => type === 'code_block')) {
      Object.assign(token, { type: 'fence', tag: 'code', info: 'text', markup: '```' })
    }
  })
  // The theme draws these in the browser.
  const { fence } = md.renderer.rules
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index]
    if (info.trim() !== 'mermaid') return fence(tokens, index, ...rest)
    return `<pre class="mermaid" v-pre>${md.utils.escapeHtml(content)}</pre>\n`
  }
  // Chinese has no space between words: where a line ends, there is none either.
  const { softbreak } = md.renderer.rules
  md.renderer.rules.softbreak = (tokens, index, ...rest) => {
    const isChinese = /[\u3000-\u9fff\uff00-\uffef]/
    const before = tokens[index - 1]?.content.at(-1) ?? ''
    const after = tokens[index + 1]?.content.at(0) ?? ''
    const inChinese = isChinese.test(before) && isChinese.test(after)
    return inChinese ? '' : (softbreak?.(tokens, index, ...rest) ?? '\n')
  }
}

const chineseSearch = {
  button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
  modal: {
    displayDetails: '显示详情',
    resetButtonTitle: '清除',
    backButtonTitle: '返回',
    noResultsText: '没有结果：',
    footer: { selectText: '选择', navigateText: '移动', closeText: '关闭' },
  },
}

export default defineConfig({
  title: 'Rocketeer',
  description: 'RocketMQ for people who write TypeScript',
  srcDir: 'pages',
  outDir: process.env.SITE_DIRECTORY,
  cleanUrls: false,
  markdown: { anchor: { slugify }, config: adaptMarkdown },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/' },
          { text: 'Reference', link: '/reference/' },
        ],
        sidebar: { '/reference/': referenceSidebar(), '/': sidebarOf('') },
      },
    },
    'zh-CN': {
      label: '简体中文',
      lang: 'zh-CN',
      description: '面向 TypeScript 开发者的 RocketMQ',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh-CN/' },
          { text: 'API 参考（英文）', link: '/reference/' },
        ],
        sidebar: { '/zh-CN/': sidebarOf('zh-CN/') },
        outline: { label: '本页' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
      },
    },
  },
  themeConfig: {
    search: { provider: 'local', options: { locales: { 'zh-CN': { translations: chineseSearch } } } },
    socialLinks: [{ icon: 'github', link: 'https://github.com/rocketeer-mq/rocketeer' }],
  },
})
