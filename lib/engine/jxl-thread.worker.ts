/** A thread of the JPEG XL encoder, as jSquash's glue expects it. */
import './offline-at-once.ts';
import '@jsquash/jxl/codec/enc/jxl_enc_mt_simd.worker.js';
