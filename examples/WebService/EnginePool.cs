using System.Collections.Concurrent;
using Microsoft.ML;

namespace MLNetGen.Examples.WebService;

/// <summary>Engines for requests that come at the same time: one engine is not safe for two threads, and making one for every request is slow.</summary>
internal sealed class EnginePool<TRow, TScored>(MLContext ml, ITransformer model) : IDisposable
    where TRow : class
    where TScored : class, new()
{
    private readonly ConcurrentBag<PredictionEngine<TRow, TScored>> idle = [];

    public TScored Predict(TRow row)
    {
        if (!idle.TryTake(out PredictionEngine<TRow, TScored>? engine))
            engine = ml.Model.CreatePredictionEngine<TRow, TScored>(model, new PredictionEngineOptions { OwnsTransformer = false });
        TScored scored = engine.Predict(row);
        // An engine that has thrown does not come back.
        idle.Add(engine);
        return scored;
    }

    public void Dispose()
    {
        while (idle.TryTake(out PredictionEngine<TRow, TScored>? engine))
            engine.Dispose();
        (model as IDisposable)?.Dispose();
    }
}
