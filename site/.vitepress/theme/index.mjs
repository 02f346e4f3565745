/** The default theme; Mermaid draws the diagrams of a page in the browser, as GitHub does. */
import { useData, useRoute } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { nextTick, onMounted, watch } from 'vue'

async function draw(isDark) {
  const diagrams = [...document.querySelectorAll('pre.mermaid')]
  if (diagrams.length === 0) return
  const { default: mermaid } = await import('mermaid')
  mermaid.initialize({ startOnLoad: false, theme: isDark ? 'dark' : 'default', fontFamily: 'sans-serif' })
  for (const diagram of diagrams) {
    diagram.dataset.source ??= diagram.textContent
    diagram.textContent = diagram.dataset.source
    diagram.removeAttribute('data-processed')
  }
  await mermaid.run({ nodes: diagrams })
}

export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute()
    const { isDark } = useData()
    const redraw = () => nextTick(() => draw(isDark.value))
    onMounted(redraw)
    watch(() => [route.path, isDark.value], redraw)
  },
}
