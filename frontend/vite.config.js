import { defineConfig } from 'vite'

export default defineConfig({
  base: './', // assets find each other wherever STATIC_URL puts them
  worker: { format: 'es' }, // MapLibre's worker is a module
  build: {
    outDir: '../nonnuoc/look/static/built',
    emptyOutDir: true,
    manifest: 'manifest.json',
    assetsInlineLimit: 0, // nothing inline: the Content-Security-Policy allows none
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200, // MapLibre, loaded after everything else
    rolldownOptions: { input: { page: 'src/page.js', style: 'src/style/style.css', sw: 'src/sw.js' } },
  },
})
