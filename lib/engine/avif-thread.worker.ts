/** A thread of the AVIF encoder, as jSquash's glue expects it. */
import './offline-at-once.ts';
import '@jsquash/avif/codec/enc/avif_enc_mt.worker.mjs';
