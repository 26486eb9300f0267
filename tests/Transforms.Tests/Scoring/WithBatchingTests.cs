using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests;

/// <summary>Models with their networks in batches: saved, loaded, one row at a time, and files that take one row.</summary>
public sealed class WithBatchingTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly SmallModel layer = SmallModel.Layer();

    public void Dispose() => layer.Dispose();

    [Fact]
    public void A_loaded_chain_and_chains_inside_it_give_what_they_gave()
    {
        IDataView view = ScoringRow.View(ml, 50);
        ITransformer model = Saved(Nested(view), view, out _);
        ITransformer batched = model.WithBatching(8);
        Compared.Same(model.Transform(view), batched.Transform(view));
        Assert.Equal(2, Parts(batched).OfType<BatchedOnnxTransformer>().Count());
        Assert.Empty(Parts(batched).OfType<OnnxTransformer>());
        ((IDisposable)batched).Dispose();
    }

    [Fact]
    public void A_chain_saves_as_ML_NET_alone_reads_it()
    {
        IDataView view = ScoringRow.View(ml, 50);
        ITransformer model = Nested(view);
        ITransformer loaded = Saved(model.WithBatching(8), view, out byte[] zip);
        Assert.Equal(Parts(model).Select(part => part.GetType()), Parts(loaded).Select(part => part.GetType()));
        Compared.Same(model.Transform(view), loaded.Transform(view));
        using ZipArchive archive = new(new MemoryStream(zip));
        foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Name == "Model.key"))
        {
            using StreamReader text = new(entry.Open(), Encoding.Latin1);
            Assert.DoesNotContain("MLNetGen", text.ReadToEnd().Replace("\0", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Stages_for_training_alone_stay_out_of_scoring()
    {
        IDataView view = ScoringRow.View(ml, 10);
        OnnxTransformer network = ml.Transforms.ApplyOnnxModel(layer.Path).Fit(view);
        ITransformer copied = ml.Transforms.CopyColumns("Copied", "Number").Fit(view);
        TransformerChain<ITransformer> chain = new([copied, network, copied], [TransformerScope.Training, TransformerScope.Everything, TransformerScope.Testing]);
        var batched = (TransformerChain<ITransformer>)chain.WithBatching(4);
        Assert.Null(batched.Transform(view).Schema.GetColumnOrNull("Copied"));
        Assert.NotNull(batched.Transform(view, TransformerScope.Training).Schema.GetColumnOrNull("Copied"));
        Assert.Equal(2, batched.GetModelFor(TransformerScope.Testing).Count());
    }

    [Fact]
    public void A_model_without_a_network_is_what_it_was()
    {
        IDataView view = ScoringRow.View(ml, 10);
        ITransformer chain = ml.Transforms.CopyColumns("Copied", "Number").Append(ml.Transforms.CopyColumns("Again", "Number")).Fit(view);
        Assert.Same(chain, chain.WithBatching(8));
    }

    [Fact]
    public void Single_rows_go_through_a_prediction_engine_and_row_mappers()
    {
        IDataView view = ScoringRow.View(ml, 3);
        ITransformer batched = Nested(view).WithBatching(8);
        using PredictionEngine<ScoringRow, ScoredRow> engine = ml.Model.CreatePredictionEngine<ScoringRow, ScoredRow>(batched, new PredictionEngineOptions { OwnsTransformer = false });
        List<float[]> scores = Rows.Vectors(batched.Transform(view), "Scores");
        for (int row = 0; row < 3; row++)
            Assert.Equal(scores[row], engine.Predict(ScoringRow.Of(row)).Scores, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.True(batched.IsRowToRowMapper);
        Assert.Contains(batched.GetRowToRowMapper(view.Schema).OutputSchema, column => column.Name == "Scores");
    }

    [Fact]
    public void A_file_of_one_row_is_rewritten_and_gives_what_it_gave()
    {
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, 1, 6).Weights("weight", [.. Enumerable.Range(0, 24).Select(i => MathF.Sin(i))], 6, 4)
            .Integers("square", 1, 2, 2).Integers("line", 1, -1)
            .Node("MatMul", ["Features", "weight"], ["sums"]).Node("Reshape", ["sums", "square"], ["squares"]).Node("Tanh", ["squares"], ["curved"])
            .Node("Reshape", ["curved", "line"], ["Scores"]).Output("Scores", DataType.Float, 1, 4).Write();
        IDataView view = ScoringRow.View(ml, 50);
        using var batched = (BatchedOnnxTransformer)Plain(model, view).WithBatching(8);
        Compared.Same(Plain(model, view).Transform(view), batched.Transform(view));
        Assert.True(batched.Report.IsRewritten);
        Assert.Null(batched.Report.OneAtATime);
    }

    [Fact]
    public void A_file_of_one_row_that_counts_on_it_is_run_a_row_at_a_time_and_says_so_once()
    {
        // The sum over the first axis is the row itself where there is one.
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, 1, 6).Integers("first", 0).Node("ReduceSum", ["Features", "first"], ["Sums"], ("keepdims", 1L))
            .Output("Sums", DataType.Float, 1, 6).Write();
        IDataView view = ScoringRow.View(ml, 50);
        (List<string> told, MLContext listening) = Listening();
        using var batched = (BatchedOnnxTransformer)Plain(model, view).WithBatching(new OnnxBatchingOptions { BatchSize = 8, Context = listening });
        for (int again = 0; again < 2; again++) Compared.Same(Plain(model, view).Transform(view), batched.Transform(view));
        Assert.NotNull(batched.Report.OneAtATime);
        Assert.Single(told, message => message.Contains("one at a time", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_one_row_stays_as_it_is_where_it_is_not_to_be_rewritten()
    {
        using SmallModel model = SmallModel.Layer(batch: 1);
        IDataView view = ScoringRow.View(ml, 20);
        (List<string> told, MLContext listening) = Listening();
        using var batched = (BatchedOnnxTransformer)Plain(model, view).WithBatching(new OnnxBatchingOptions { BatchSize = 8, RewriteFixedBatch = false, Context = listening });
        Compared.Same(Plain(model, view).Transform(view), batched.Transform(view));
        Assert.False(batched.Report.IsRewritten);
        Assert.Contains("Features", batched.Report.OneAtATime, StringComparison.Ordinal);
        Assert.Single(told, message => message.Contains("one at a time", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_that_depend_on_those_beside_them_are_run_one_at_a_time_and_others_are_not()
    {
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, null, 6).Node("ReduceMean", ["Features"], ["mean"], ("axes", new[] { 0L }), ("keepdims", 1L))
            .Node("Sub", ["Features", "mean"], ["Centred"]).Node("Neg", ["Features"], ["Minus"])
            .Output("Centred", DataType.Float, null, 6).Output("Minus", DataType.Float, null, 6).Write();
        IDataView view = ScoringRow.View(ml, 30);
        using var batched = (BatchedOnnxTransformer)Plain(model, view).WithBatching(8);
        IDataView theirs = Plain(model, view).Transform(view), ours = batched.Transform(view);
        Compared.Same(theirs, ours, "Minus");
        Assert.Null(batched.Report.OneAtATime);
        Compared.Same(theirs, ours, "Centred", "Minus");
        Assert.Contains("Centred", batched.Report.OneAtATime, StringComparison.Ordinal);
        Compared.Same(theirs, ours, "Minus");
    }

    [Fact]
    public void Equal_rows_tell_nothing_of_later_ones()
    {
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, null, 6).Node("ReduceMean", ["Features"], ["mean"], ("axes", new[] { 0L }), ("keepdims", 1L))
            .Node("Sub", ["Features", "mean"], ["Centred"]).Output("Centred", DataType.Float, null, 6).Write();
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => ScoringRow.Of(i < 20 ? 0 : i)));
        using var batched = (BatchedOnnxTransformer)Plain(model, view).WithBatching(new OnnxBatchingOptions { BatchSize = 4, Threads = 1 });
        Compared.Same(Plain(model, view).Transform(view), batched.Transform(view));
    }

    [Fact]
    public void What_runs_the_network_is_told()
    {
        IDataView view = ScoringRow.View(ml, 20);
        (List<string> told, MLContext listening) = Listening();
        using var batched = (BatchedOnnxTransformer)Plain(layer, view).WithBatching(new OnnxBatchingOptions
        {
            ExecutionProviders = [OnnxExecutionProvider.Cuda, OnnxExecutionProvider.DirectML, OnnxExecutionProvider.Cpu],
            BatchSize = 8,
            Threads = 3,
            Context = listening,
        });
        OnnxBatchingReport report = batched.Report;
        string[] there = OrtEnv.Instance().GetAvailableProviders();
        if (there.Contains("CUDAExecutionProvider") || there.Contains("DmlExecutionProvider"))
            return; // A package with a GPU: what it does there is not this machine's to say.
        Assert.Equal(OnnxExecutionProvider.Cpu, report.ExecutionProvider);
        Assert.Equal(["Cuda", "DirectML"], report.Refused.Select(why => why.Split(' ')[0]));
        Assert.Equal((8, 3), (report.BatchSize, report.Threads));
        Assert.Contains(told, message => message.Contains("Cuda", StringComparison.Ordinal));
        Compared.Same(Plain(layer, view).Transform(view), batched.Transform(view));
        using var only = (BatchedOnnxTransformer)Plain(layer, view).WithBatching(new OnnxBatchingOptions { ExecutionProviders = [OnnxExecutionProvider.Cuda] });
        Assert.Contains("ExecutionProviders", Assert.Throws<InvalidOperationException>(() => only.Report).Message, StringComparison.Ordinal);
    }

    private static (List<string> Told, MLContext Context) Listening()
    {
        List<string> told = [];
        MLContext context = new();
        context.Log += (_, e) =>
        {
            lock (told) told.Add(e.RawMessage);
        };
        return (told, context);
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    private static OnnxTransformer Plain(SmallModel model, IDataView view) => new MLContext().Transforms.ApplyOnnxModel(model.Path).Fit(view);

    // A network in a chain, and another one in a chain inside it.
    private ITransformer Nested(IDataView view)
    {
        IEstimator<ITransformer> second = ml.Transforms.CopyColumns("Kept", "Best").Append(ml.Transforms.CopyColumns("Again", "Features"))
            .Append(ml.Transforms.DropColumns("Best", "Scores")).Append(ml.Transforms.ApplyOnnxModel(layer.Path));
        return ml.Transforms.CopyColumns("Copied", "Number").Append(ml.Transforms.ApplyOnnxModel(layer.Path)).Append(second).Fit(view);
    }

    private ITransformer Saved(ITransformer model, IDataView view, out byte[] zip)
    {
        using MemoryStream stream = new();
        ml.Model.Save(model, view.Schema, stream);
        zip = stream.ToArray();
        return new MLContext().Model.Load(new MemoryStream(zip), out _);
    }

    private sealed class ScoredRow
    {
        [VectorType(4)]
        public float[] Scores { get; set; } = [];
    }
}
