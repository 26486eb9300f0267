using Microsoft.ML;
using Microsoft.ML.Data;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests;

/// <summary>By themselves: other tests take memory too.</summary>
[CollectionDefinition(nameof(BatchedMemoryTests), DisableParallelization = true)]
[Collection(nameof(BatchedMemoryTests))]
public sealed class BatchedMemoryTests
{
    private const int Length = 1000, Rows = 100_000, WarmUp = 20_000;

    // Of 320 MB that go through after the first rows.
    private const long MostGrowth = 64 << 20;

    [Fact]
    public void Memory_stays_what_it_is_over_100000_rows()
    {
        MLContext ml = new(seed: 1);
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, null, Length).Node("Neg", ["Features"], ["Minus"]).Output("Minus", DataType.Float, null, Length).Write();
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new LongRow { Number = i, Features = [i, .. new float[Length - 1]] }));
        using BatchedOnnxTransformer batched = ml.Transforms.ApplyOnnxModelBatched(ml, "Minus", "Features", model.Path).Fit(view);
        IDataView rows = batched.Transform(view);
        using DataViewRowCursor cursor = rows.GetRowCursor([rows.Schema["Minus"], rows.Schema["Number"]]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(rows.Schema["Minus"]);
        VBuffer<float> minus = default;
        long managed = 0, resident = 0;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            get(ref minus);
            Assert.Equal(-row, minus.GetValues()[0]);
            if (row == WarmUp)
                (managed, resident) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        }
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, MostGrowth);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, MostGrowth);
    }

    private sealed class LongRow
    {
        public int Number { get; set; }

        [VectorType(Length)]
        public float[] Features { get; set; } = [];
    }
}
