export { type ChannelRecorder, type EventRecorder, recordChannel, recordEvents } from './event-recorder.ts'
export { type ManualClock, type ManualClockOptions, manualClock, type RunAllOptions } from './manual-clock.ts'
export { type SeededRandom, seededRandom } from './seeded-random.ts'
