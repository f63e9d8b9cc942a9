/** Reads what files are, away from the thread that the extension's views share with the engine's page. */
import { expose, transfer } from 'comlink';
import { expandSvgz } from '../core/decoders/svgz.ts';
import { CompressionError } from '../core/errors.ts';
import { inspect } from '../core/image/inspect.ts';
import { checkLimits } from '../core/image/limits.ts';
import { makePlan } from '../core/pipeline/make-plan.ts';
import { sourceFacts } from '../core/pipeline/source-facts.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { SourceFacts } from '../core/model/job.ts';
import type { InspectAnswer, InspectWorkerApi } from './inspector.ts';
import { goOffline } from './offline.ts';

goOffline();

const api: InspectWorkerApi = {
  async inspect(source: Uint8Array<ArrayBuffer>, recipe: Recipe): Promise<InspectAnswer> {
    let facts: SourceFacts | null = null;
    try {
      const bytes = await expandSvgz(source);
      const inspection = inspect(bytes);
      facts = sourceFacts(inspection, null);
      checkLimits(inspection);
      const plan = makePlan(recipe, inspection);
      return transfer({ ok: true, bytes, inspection, plan, source: sourceFacts(inspection, plan) }, [bytes.buffer]);
    } catch (thrown) {
      return { ok: false, error: CompressionError.from(thrown).toRecord(), source: facts };
    }
  },
};

expose(api);
