using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Torch;

/// <summary>A network of one's own as an ML.NET estimator.</summary>
public sealed class TorchEstimatorTests : IDisposable
{
    private const int Rows = 64;

    // As .NET holds a file on Linux and macOS.
    private const string HoldsAFile = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()";

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly MLContext ml = new(seed: 1);
    private readonly List<string> log = [];

    public TorchEstimatorTests() => ml.Log += (_, e) => log.Add(e.Message);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_linear_network_finds_the_rule_that_made_the_labels()
    {
        using TorchTransformer model = ml.Torch.Estimator(_ => new Line(0.05), Options(epochs: 200)).Fit(Data());
        foreach (Told row in Read(model))
            Assert.Equal(2 * row.X[0] - 3 * row.X[1] + 1, Assert.Single(row.Y), 0.05f);
        Assert.Equal(200, model.Epochs.Count);
        Assert.True(model.Epochs[^1].Train["loss"] < 1e-3 && model.Epochs[0].Train["loss"] > 0.1);
        Assert.InRange(Assert.NotNull(model.OnnxParity), 0, 1e-4);
    }

    [Fact]
    public void A_saved_model_is_a_chain_of_MLNets_own_and_gives_the_same()
    {
        using TorchTransformer model = ml.Torch.Estimator(_ => new Line(0.05), Options(epochs: 2)).Fit(Data());
        string path = Path.Combine(folder, "model.zip");
        ml.Model.Save(model, Data().Schema, path);
        ITransformer loaded = new MLContext().Model.Load(path, out _);
        Assert.All(ChainParts.Flatten(loaded), part => Assert.StartsWith("Microsoft.ML", part.GetType().Namespace, StringComparison.Ordinal));
        Assert.Equal(Read(model).Select(row => row.Y[0]), Read(loaded).Select(row => row.Y[0]));
        ChainParts.Dispose(loaded);
    }

    [Fact]
    public void In_a_chain_its_schema_is_told_before_and_right_afterwards()
    {
        EstimatorChain<TorchTransformer> chain = ml.Transforms.CopyColumns("Copy", "Y").Append(ml.Torch.Estimator(_ => new Line(0.05), Options(epochs: 1, label: "Copy")));
        SchemaShape.Column told = chain.GetOutputSchema(SchemaShapes.Of(ml, Data().Schema)).Single(column => column.Name == "Y'");
        Assert.Equal((SchemaShape.Column.VectorKind.Vector, typeof(float)), (told.Kind, told.ItemType.RawType));
        TransformerChain<TorchTransformer> fitted = chain.Fit(Data());
        Assert.Equal(1, Assert.IsType<VectorDataViewType>(fitted.GetOutputSchema(Data().Schema)["Y'"].Type).Size);
        fitted.LastTransformer.Dispose();
    }

    [Fact]
    public void A_run_that_was_stopped_and_resumed_ends_with_the_same_weights()
    {
        byte[] whole = Network(Options(epochs: 4, workspace: "whole"));
        Network(Options(epochs: 2, workspace: "parts"));
        Assert.Equal(whole, Network(Options(epochs: 4, workspace: "parts", resume: true)));
        Assert.Contains(log, message => message.Contains("going on after epoch 2", StringComparison.Ordinal));

        byte[] Network(TorchEstimator.Options options)
        {
            using TorchTransformer model = ml.Torch.Estimator(_ => new Noisy(), options).Fit(Data());
            string target = Path.Combine(folder, "onnx");
            model.SaveOnnx(target);
            return File.ReadAllBytes(Path.Combine(target, "network.onnx"));
        }
    }

    [Fact]
    public void A_picture_that_cannot_be_made_ends_no_training()
    {
        using TorchTransformer model = ml.Torch.Estimator(_ => new Unseen(() => new InvalidOperationException("there is no picture")), Options(epochs: 3, workspace: "run")).Fit(Data());
        Assert.Equal(3, model.Epochs.Count);
        Assert.Single(log, message => message.Contains("a picture is missing: there is no picture Training goes on.", StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_that_ends_and_cancelling_do_in_a_picture_what_they_do_elsewhere()
    {
        Assert.Throws<InsufficientMemoryException>(() => Fit(new InsufficientMemoryException()));
        Assert.Throws<OperationCanceledException>(() => Fit(new OperationCanceledException()));

        void Fit(Exception e) => ml.Torch.Estimator(_ => new Unseen(() => e), Options(workspace: "run")).Fit(Data()).Dispose();
    }

    [Fact]
    public void A_workspace_where_another_process_trains_is_refused_and_left_as_it_is()
    {
        ml.Torch.Estimator(_ => new Line(0.05), Options(workspace: "run")).Fit(Data()).Dispose();
        string workspace = Path.Combine(folder, "run"), checkpoint = Checkpoint.PathIn(workspace);
        byte[] before = File.ReadAllBytes(checkpoint);
        using Process other = Process.Start(new ProcessStartInfo("python3", ["-c", HoldsAFile, Path.Combine(workspace, WorkspaceLock.FileName)]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("held", other.StandardOutput.ReadLine());

        IOException e = Assert.Throws<IOException>(() => ml.Torch.Estimator(_ => new Line(0.05), Options(workspace: "run")).Fit(Data()));

        Assert.StartsWith($"Another run is training in '{workspace}': wait until it has ended, or give this one another folder", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
        Assert.False(File.Exists(checkpoint + ".previous"));
        other.Kill();
        other.WaitForExit();
        // What it left bars nobody.
        Assert.True(File.Exists(Path.Combine(workspace, WorkspaceLock.FileName)));
        ml.Torch.Estimator(_ => new Line(0.05), Options(workspace: "run")).Fit(Data()).Dispose();
        Assert.False(File.Exists(Path.Combine(workspace, WorkspaceLock.FileName)));
    }

    [Fact]
    public void A_run_within_a_run_does_not_share_its_workspace()
    {
        TorchEstimator.Options options = Options(workspace: "run");
        options.MetricsCallback = _ => Assert.Throws<IOException>(() => ml.Torch.Estimator(_ => new Line(0.05), Options(workspace: "run")).Fit(Data()));
        ml.Torch.Estimator(_ => new Line(0.05), options).Fit(Data()).Dispose();
    }

    [Fact]
    public void A_loss_that_becomes_NaN_ends_the_run_with_the_last_good_weights()
    {
        using TorchTransformer model = ml.Torch.Estimator(_ => new Line(0.05) { NaNFrom = 3 }, Options(epochs: 5)).Fit(Data());
        Assert.Equal(2, model.Epochs.Count);
        Assert.NotNull(model.Stopped);
        Assert.All(Read(model), row => Assert.True(float.IsFinite(row.Y[0])));
        Assert.Throws<TrainingDivergedException>(() => ml.Torch.Estimator(_ => new Line(0.05) { NaNFrom = 1 }, Options(epochs: 5)).Fit(Data()));
    }

    [Fact]
    public void A_task_may_have_networks_optimisers_and_steps_of_its_own()
    {
        Adversaries? task = null;
        using TorchTransformer model = ml.Torch.Estimator(_ => task = new Adversaries(), Options(epochs: 2, workspace: "two", label: null)).Fit(Data());
        Assert.Equal(["one", "two"], model.Epochs[^1].Train.Keys);
        Assert.Equal(2 * 2, task!.Steps);
        Assert.True(Checkpoint.Has(Checkpoint.PathIn(Path.Combine(folder, "two")), "second") && Checkpoint.Has(Checkpoint.PathIn(Path.Combine(folder, "two")), "slow"));
    }

    [Fact]
    public void Labels_come_in_the_shapes_that_are_told()
    {
        IDataView rows = ml.Transforms.Conversion.MapValueToKey("Key", "Word").Fit(Data()).Transform(Data());
        Check("Y", ScalarType.Float32, Rows, 1);
        Check("X", ScalarType.Float32, Rows, 2);
        Check("IsLarge", ScalarType.Float32, Rows, 1);
        Check("Key", ScalarType.Int64, Rows);
        using Tensor keys = LabelInput.Read(rows, "Key", default);
        Assert.Equal([0L, 1, 0, 1], keys.data<long>().ToArray()[..4]);
        Assert.Throws<ArgumentException>(() => LabelInput.Read(rows, "Word", default));

        void Check(string name, ScalarType type, params long[] shape)
        {
            using Tensor label = LabelInput.Read(rows, name, default);
            Assert.Equal(type, label.dtype);
            Assert.Equal(shape, label.shape);
        }
    }

    [Fact]
    public void A_picture_becomes_a_picture()
    {
        IDataView moons = ml.Images.MoonPhases(24, size: 16);
        TorchEstimator.Options options = new() { OutputColumnName = "Clean", Output = TorchOutput.Picture, Epochs = 2, Seed = 1, WorkspacePath = Path.Combine(folder, "run"), ValidationSet = moons };
        using TorchTransformer model = ml.Torch.Estimator(shape => new Copy(shape), options).Fit(moons);
        foreach (Cleaned row in ml.Data.CreateEnumerable<Cleaned>(model.Transform(moons), reuseRowObject: false))
            Assert.Equal(row.Image!.Pixels.ToArray(), row.Clean!.Pixels.ToArray());
        model.SaveReport(options.WorkspacePath);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(options.WorkspacePath, "snapshots")).Length);
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(options.WorkspacePath, "metrics.json")));
        Assert.Equal("torch", metrics.RootElement.GetProperty("family").GetString());
        Assert.Equal(2, metrics.RootElement.GetProperty("epochs").GetArrayLength());
        Assert.True(File.Exists(Path.Combine(options.WorkspacePath, "report.html")));
    }

    [Fact]
    public void What_does_not_fit_is_said_before_training()
    {
        Refuse<ArgumentException>(_ => new Line(0.05), Options(label: "Nowhere"));
        Refuse<ArgumentException>(_ => new Line(0.05), Options(input: "Word"));
        Refuse<ArgumentException>(_ => new Line(0.05, inputs: 3), Options(), "does not accept rows");
        Refuse<InvalidOperationException>(_ => new Line(0.05), Options(label: null), "LabelColumnName");
        TorchEstimator.Options picture = Options();
        picture.Output = TorchOutput.Picture;
        Refuse<ArgumentException>(_ => new Line(0.05), picture, "1 or 3, height, width");
        Refuse<NotSupportedException>(_ => new Random(), Options(), "random numbers");
        Assert.Throws<ArgumentException>(() => ml.Torch.Estimator(_ => new Line(0.05), Options(output: "")));

        void Refuse<TError>(Func<long[], TrainingTask> task, TorchEstimator.Options options, string part = "")
            where TError : Exception
        {
            options.ProgressCallback = _ => Assert.Fail("it has trained");
            Assert.Contains(part, Assert.ThrowsAny<TError>(() => ml.Torch.Estimator(task, options).Fit(Data())).Message, StringComparison.Ordinal);
        }
    }

    private TorchEstimator.Options Options(int epochs = 1, string? workspace = null, bool resume = false, string? label = "Y", string input = "X", string output = "Y'") => new()
    {
        InputColumnName = input,
        LabelColumnName = label,
        OutputColumnName = output,
        Epochs = epochs,
        Seed = 1,
        WorkspacePath = workspace is null ? null : Path.Combine(folder, workspace),
        Resume = resume,
    };

    private IDataView Data() => ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i =>
    {
        (float a, float b) = (MathF.Sin(i), MathF.Cos(3 * i));
        return new Row { X = [a, b], Y = 2 * a - 3 * b + 1, IsLarge = a > b, Word = i % 2 == 0 ? "even" : "odd" };
    }));

    private List<Told> Read(ITransformer model) => [.. ml.Data.CreateEnumerable<Told>(model.Transform(Data()), reuseRowObject: false)];

    private sealed class Row
    {
        [VectorType(2)]
        public float[] X { get; set; } = [];

        public float Y { get; set; }

        public bool IsLarge { get; set; }

        public string Word { get; set; } = "";
    }

    private sealed class Told
    {
        [VectorType(2)]
        public float[] X { get; set; } = [];

        [ColumnName("Y'")]
        public float[] Y { get; set; } = [];
    }

    private sealed class Cleaned
    {
        public MLImage? Image { get; set; }

        public MLImage? Clean { get; set; }
    }

    private sealed class Line(double rate, long inputs = 2) : TrainingTask(Linear(inputs, 1))
    {
        public int NaNFrom { get; init; } = int.MaxValue;

        public override object Settings => new { rate };

        public override Tensor Loss(TrainingBatch batch) =>
            functional.mse_loss(Network.call(batch.Input), batch.Label) * (batch.Epoch >= NaNFrom ? double.NaN : 1);

        protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
            new Dictionary<string, OptimizerHelper> { ["optimizer"] = optim.Adam(Network.parameters(), rate) };
    }

    private sealed class Unseen(Func<Exception> why) : TrainingTask(Linear(2, 1))
    {
        public override Tensor Loss(TrainingBatch batch) => functional.mse_loss(Network.call(batch.Input), batch.Label);

        public override Tensor? Snapshot(TrainingBatch batch) => throw why();
    }

    // Random draws in a step, and an optimiser with a state: what a resumed run must not lose.
    private sealed class Noisy() : TrainingTask(Sequential(Linear(2, 8), BatchNorm1d(8), Tanh(), Dropout(0.2), Linear(8, 1)))
    {
        public override Tensor Loss(TrainingBatch batch) => functional.mse_loss(Network.call(batch.Input + 0.1 * randn_like(batch.Input)), batch.Label);
    }

    private sealed class Adversaries() : TrainingTask(Linear(2, 2))
    {
        private readonly Linear second = Linear(2, 1);

        public int Steps { get; private set; }

        public override IReadOnlyDictionary<string, Module> Networks => new Dictionary<string, Module> { ["first"] = Network, ["second"] = second };

        public override Tensor Loss(TrainingBatch batch) => second.call(Network.call(batch.Input)).square().mean();

        public override IReadOnlyDictionary<string, double> Step(TrainingBatch batch)
        {
            Steps++;
            return Minimize(Loss(batch), "one", "fast").Concat(Minimize(-Loss(batch), "two", "slow")).ToDictionary();
        }

        protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
            new Dictionary<string, OptimizerHelper> { ["fast"] = optim.Adam(Network.parameters()), ["slow"] = optim.SGD(second.parameters(), 1e-3) };
    }

    private sealed class Copy(long[] shape) : TrainingTask(Same(shape[0]))
    {
        public override Tensor Loss(TrainingBatch batch) => functional.mse_loss(Network.call(batch.Input), batch.Input);

        private static Conv2d Same(long channels)
        {
            Conv2d layer = Conv2d(channels, channels, 1, bias: false);
            using (no_grad()) layer.weight!.copy_(eye(channels).view(channels, channels, 1, 1));
            return layer;
        }
    }

    private sealed class Random() : TrainingTask(new Drawing())
    {
        public override Tensor Loss(TrainingBatch batch) => Network.call(batch.Input).mean();

        private sealed class Drawing() : Module<Tensor, Tensor>(nameof(Drawing))
        {
            public override Tensor forward(Tensor input) => input + randn_like(input);
        }
    }
}
