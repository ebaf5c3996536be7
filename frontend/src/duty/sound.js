// Two quiet tones, the second higher. Off until somebody asks for it.
let context

export function canBeep() {
  return typeof AudioContext !== 'undefined'
}

export function beep() {
  context ??= new AudioContext()
  context.resume()
  for (const [after, tone] of [[0, 660], [0.22, 880]]) {
    const [voice, volume] = [context.createOscillator(), context.createGain()]
    const at = context.currentTime + after
    voice.frequency.value = tone
    volume.gain.setValueAtTime(0.0001, at)
    volume.gain.exponentialRampToValueAtTime(0.2, at + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.2)
    voice.connect(volume).connect(context.destination)
    voice.start(at)
    voice.stop(at + 0.22)
  }
}
