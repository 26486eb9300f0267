using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Training;

/// <summary>What every family does when a run is stopped, the disk is full, or a checkpoint is another's or damaged.</summary>
public sealed class EveryFamilyTests(EveryFamilyTests.WholeRuns wholeRuns) : IClassFixture<EveryFamilyTests.WholeRuns>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string> Families { get; } = new(Family.All.Keys);

    private string Workspace => Path.Combine(folder, "run");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Families))]
    public void A_run_that_was_cancelled_and_resumed_ends_with_the_weights_of_one_that_was_not(string family)
    {
        CancelAtStep(family, 5, Run());
        List<int> rounds = [];
        int steps = 0;
        AssertSame(wholeRuns.Of(family), Fit(family, Run() with { Resume = true, AfterStep = () => steps++, AfterRound = rounds.Add }));
        Assert.Equal([2, 3], rounds);
        Assert.Equal(6, steps);
    }

    // Of three steps in a round the third is in a window of its own; with sixteen the round ends first.
    [Theory, MemberData(nameof(Families))]
    public void A_run_whose_figures_are_read_some_steps_at_a_time_is_the_same(string family)
    {
        Fit(family, Run());
        string each = FiguresOf(family);
        List<string> told = [];
        AssertSame(wholeRuns.Of(family), Fit(family, Run() with { StepsAWindow = 2, AfterStep = () => told.Add("step"), AfterRound = round => told.Add($"round {round}") }));
        Assert.Equal(each, FiguresOf(family));
        Assert.Equal(["step", "step", "step", "round 1", "step", "step", "step", "round 2", "step", "step", "step", "round 3"], told);

        CancelAtStep(family, 5, Run() with { StepsAWindow = 16 });
        AssertSame(wholeRuns.Of(family), Fit(family, Run() with { Resume = true, StepsAWindow = 16 }));
        Assert.Equal(each, FiguresOf(family));
    }

    [Theory, MemberData(nameof(Families))]
    public void A_run_in_bfloat16_is_another_than_in_float32_and_goes_on_as_it_began(string family)
    {
        QuickRun half = Run() with { Precision = TrainingPrecision.BFloat16 };
        Outcome whole = Fit(family, half);
        Assert.Equal("bFloat16", (string?)HeaderOf(family)["settings"]!["precision"]);
        string figures = FiguresOf(family);
        Directory.Delete(Workspace, recursive: true);

        CancelAtStep(family, 5, half);
        string message = Assert.Throws<InvalidOperationException>(() => Fit(family, half with { Precision = TrainingPrecision.Float32, Resume = true })).Message;
        Assert.Contains("Precision is bFloat16 there and float32 here", message, StringComparison.Ordinal);
        // Left to itself it is what it was.
        AssertSame(whole, Fit(family, half with { Precision = TrainingPrecision.Auto, Resume = true }));
        Assert.Equal(figures, FiguresOf(family));
        Directory.Delete(Workspace, recursive: true);

        AssertSame(wholeRuns.Of(family), Fit(family, half with { Precision = TrainingPrecision.Float32 }));
        Assert.Equal("float32", (string?)HeaderOf(family)["settings"]!["precision"]);
        Assert.NotEqual(figures, FiguresOf(family));
    }

    [Theory, MemberData(nameof(Families))]
    public void A_run_whose_weights_lie_channels_last_learns_the_same_and_goes_on_as_it_began(string family)
    {
        try
        {
            ChannelsLast.Forced = false;
            Outcome usual = Fit(family, Run());
            Directory.Delete(Workspace, recursive: true);
            ChannelsLast.Forced = true;
            Outcome whole = Fit(family, Run());
            Directory.Delete(Workspace, recursive: true);
            CancelAtStep(family, 5, Run());
            AssertSame(whole, Fit(family, Run() with { Resume = true }));

            // Other kernels round otherwise, and Adam's first steps make much of little.
            float largest = usual.Scores.Max(MathF.Abs);
            Assert.All(usual.Scores.Zip(whole.Scores), pair => Assert.Equal(pair.First, pair.Second, 0.02 * largest));
        }
        finally
        {
            ChannelsLast.Forced = null;
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void A_disk_that_takes_no_checkpoint_costs_the_checkpoints_and_is_told_once(string family)
    {
        // A folder that is not empty, where the file should go.
        for (int round = 1; round <= QuickRun.Rounds; round++)
            Directory.CreateDirectory(Path.Combine(CheckpointOf(family, round), "taken"));
        List<string> warnings = [];
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.RawMessage);
        };
        List<int> rounds = [];
        AssertSame(wholeRuns.Of(family), Fit(family, Run() with { AfterRound = rounds.Add }));
        Assert.Equal([1, 2, 3], rounds);
        string warning = Assert.Single(warnings, warning => warning.StartsWith("a checkpoint is missing: ", StringComparison.Ordinal));
        Assert.Contains(CheckpointOf(family, 1), warning, StringComparison.Ordinal);
        Assert.EndsWith("Training goes on.", warning, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_workspace_that_cannot_be_made_is_an_error_before_training(string family)
    {
        File.WriteAllText(Workspace, "");
        int steps = 0;
        IOException error = Assert.ThrowsAny<IOException>(() => Fit(family, Run() with { AfterStep = () => steps++ }));
        Assert.Contains(Workspace, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, steps);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_run_from_the_start_sets_another_ones_checkpoint_aside_and_never_exports_it(string family)
    {
        Fit(family, Run() with { HasOtherSetting = true });
        byte[] others = File.ReadAllBytes(CheckpointOf(family));

        CancelAtStep(family, 1, Run());
        string aside = Assert.Single(Directory.GetFiles(Workspace, "*", SearchOption.AllDirectories), file => File.ReadAllBytes(file).AsSpan().SequenceEqual(others));
        Assert.NotEqual(CheckpointOf(family), aside);
        foreach (bool hasOtherSetting in (bool[])[false, true])
        {
            QuickEstimator estimator = Create(family, Run() with { HasOtherSetting = hasOtherSetting });
            Assert.Contains(Workspace, Assert.Throws<InvalidOperationException>(() => estimator.FitFromCheckpoint(Family.Rows(ml))).Message, StringComparison.Ordinal);
        }

        AssertSame(wholeRuns.Of(family), Fit(family, Run() with { Resume = true }));
        Assert.Equal(others, File.ReadAllBytes(aside));
    }

    [Theory, MemberData(nameof(Families))]
    public void The_estimator_of_a_stopped_run_makes_the_model_of_its_last_round(string family)
    {
        using CancellationTokenSource stop = new();
        QuickEstimator estimator = Create(family, Run() with
        {
            Cancellation = stop.Token,
            AfterRound = round =>
            {
                if (round == 1) stop.Cancel();
            },
        });
        Assert.ThrowsAny<OperationCanceledException>(() => estimator.Fit(Family.Rows(ml)));
        ITransformer model = estimator.FitFromCheckpoint(Family.Rows(ml));
        Assert.NotNull(model.Transform(Family.Rows(ml)).Schema.GetColumnOrNull(Family.All[family].Output));
        ((IDisposable)model).Dispose();
    }

    [Theory]
    [InlineData("Vae")]
    [InlineData("Gan")]
    [InlineData("AlexNet")]
    [InlineData("Code")]
    [InlineData("Torch")]
    public void A_model_in_batches_gives_what_it_gave(string family)
    {
        using var model = (OnnxChainTransformer)Create(family, Run()).Fit(Family.Rows(ml));
        float[][] before = Made(model);
        Assert.Same(model, model.WithBatching(5));
        float[][] after = Made(model);
        Assert.True(before.Length >= 24);
        foreach ((float[] row, float[] other) in before.Zip(after, (row, other) => (row, other)))
            Assert.Equal(row, other, (a, b) => Math.Abs(a - b) <= 1e-5 * row.Max(Math.Abs));
        Assert.Equal(before.Length, after.Length);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_checkpoint_of_other_settings_is_refused_and_left_as_it_is(string family)
    {
        Fit(family, Run() with { HasOtherSetting = true });
        byte[] before = File.ReadAllBytes(CheckpointOf(family));
        Refuse(estimator => estimator.Fit);
        Refuse(estimator => estimator.FitFromCheckpoint);
        Assert.Equal(before, File.ReadAllBytes(CheckpointOf(family)));

        void Refuse(Func<QuickEstimator, Func<IDataView, ITransformer>> how)
        {
            QuickEstimator estimator = Create(family, Run() with { Resume = true, AfterStep = () => Assert.Fail("it has trained") });
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => how(estimator)(Family.Rows(ml)));
            Assert.StartsWith($"'{CheckpointOf(family)}' is from a run with other settings ({Family.All[family].OtherSetting})", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void A_damaged_checkpoint_is_named_and_left_as_it_is(string family)
    {
        Fit(family, Run());
        byte[] whole = File.ReadAllBytes(CheckpointOf(family));
        string[] entries;
        using (ZipArchive zip = ZipFile.OpenRead(CheckpointOf(family))) entries = [.. zip.Entries.Select(entry => entry.FullName)];
        Refuse("not a zip"u8.ToArray(), alsoAsModel: true);
        Refuse(whole[..(whole.Length / 2)], alsoAsModel: true);
        // One bit, in a network or an optimiser.
        Refuse([.. whole.Select((value, i) => i == whole.Length / 2 ? (byte)(value ^ 1) : value)], alsoAsModel: false);
        Assert.True(entries.Length >= 3, $"a checkpoint holds {string.Join(", ", entries)}");
        foreach (string entry in entries)
        {
            // An optimiser is no part of a model; nor is the GAN's generator where its average is.
            Refuse(Broken(entry), alsoAsModel: entry is "run.json" or "network.bin" or "encoder.bin" or "average.bin");
        }

        void Refuse(byte[] damaged, bool alsoAsModel)
        {
            File.WriteAllBytes(CheckpointOf(family), damaged);
            QuickEstimator estimator = Create(family, Run() with { Resume = true, AfterStep = () => Assert.Fail("it has trained") });
            foreach (Func<IDataView, ITransformer> how in alsoAsModel ? (Func<IDataView, ITransformer>[])[estimator.Fit, estimator.FitFromCheckpoint] : [estimator.Fit])
                Assert.Contains($"'{CheckpointOf(family)}'", Assert.Throws<InvalidDataException>(() => how(Family.Rows(ml))).Message, StringComparison.Ordinal);
            Assert.Equal(damaged, File.ReadAllBytes(CheckpointOf(family)));
        }

        byte[] Broken(string entry)
        {
            using MemoryStream bytes = new();
            bytes.Write(whole);
            using (ZipArchive zip = new(bytes, ZipArchiveMode.Update, leaveOpen: true))
            {
                zip.GetEntry(entry)!.Delete();
                using Stream broken = zip.CreateEntry(entry).Open();
                broken.Write([1, 2, 3]);
            }
            return bytes.ToArray();
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Where_the_trained_model_cannot_be_exported_its_weights_are_kept_and_the_remedy_works(string family)
    {
        string temporary = Directory.CreateDirectory(Path.Combine(folder, "temporary")).FullName, file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        ml.TempFilePath = Path.Combine(file, "below");
        Assert.ThrowsAny<IOException>(() => Fit(family, Run() with { AfterStep = () => Assert.Fail("it has trained") }));
        ml.TempFilePath = temporary;
        IOException error = Assert.ThrowsAny<IOException>(() => Fit(family, Run() with
        {
            AfterRound = round =>
            {
                if (round == QuickRun.Rounds) ml.TempFilePath = Path.Combine(file, "below");
            },
        }));

        Assert.Contains($"The trained weights are in '{CheckpointOf(family)}': FitFromCheckpoint makes the model of them.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(temporary));
        ml.TempFilePath = temporary;
        ITransformer model = Create(family, Run()).FitFromCheckpoint(Family.Rows(ml));
        Assert.NotEmpty(Directory.GetFiles(Assert.Single(Directory.GetDirectories(temporary)), "*.onnx"));
        AssertSame(wholeRuns.Of(family), Outcome.Of(model, family, ml, folder));
    }

    [Theory]
    [InlineData("Vae", "the loss became NaN in epoch 1, step 2, before an epoch was finished: lower LearningRate (now 1E+30) or look for broken rows.")]
    [InlineData("Gan", "a loss became NaN in step 2, before there was a checkpoint to keep (CheckpointInterval 3): "
        + "start again in another WorkspacePath with lower GeneratorLearningRate and DiscriminatorLearningRate, or look for broken rows.")]
    [InlineData("AlexNet", "the loss became NaN in epoch 1, step 2, before an epoch was finished: lower LearningRate (now 1E+30) or look for broken rows.")]
    [InlineData("FineTune", "the loss became NaN in epoch 1, step 2, before an epoch was finished: lower LearningRate (now 1E+30), set Frozen, or look for broken rows.")]
    [InlineData("Style", "the loss became NaN in step 2, before the first snapshot: lower LearningRate (now 1E+30) or StyleWeight.")]
    [InlineData("SuperResolution", "the loss became NaN in epoch 1, step 2, before an epoch was finished: lower LearningRate (now 1E+21).")]
    [InlineData("Torch", "a figure became NaN in epoch 1, step 2, before an epoch was finished: lower the optimiser's learning rate or look for broken rows.")]
    public void What_becomes_NaN_before_anything_is_kept_is_an_error_with_the_remedy(string family, string message)
    {
        foreach (int? window in (int?[])[null, 16])
        {
            TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(
                () => Fit(family, Run() with { Diverges = true, StepsAWindow = window, AfterRound = _ => Assert.Fail("a round was finished") }));
            Assert.Equal(message, error.Message);
        }
        Assert.False(File.Exists(CheckpointOf(family)));
    }

    // The figures of the rounds, without those of time, as the checkpoint's header has them.
    private string FiguresOf(string family)
    {
        JsonArray rounds = HeaderOf(family)["epochs"]!.AsArray();
        foreach (JsonObject round in rounds.Select(round => round!.AsObject()))
            Assert.NotEmpty(((string[])["imagesPerSecond", "secondsPerStep", "waitingShare"]).Where(round.Remove).ToArray());
        Assert.Equal(QuickRun.Rounds, rounds.Count);
        return rounds.ToJsonString();
    }

    private JsonNode HeaderOf(string family)
    {
        using ZipArchive zip = ZipFile.OpenRead(CheckpointOf(family));
        using Stream header = zip.GetEntry("run.json")!.Open();
        return JsonNode.Parse(header)!;
    }

    private QuickRun Run() => new() { Folder = folder, Workspace = Workspace };

    private QuickEstimator Create(string family, QuickRun run) => Family.All[family].Create(ml, run);

    private string CheckpointOf(string family, int round = QuickRun.Rounds) => Family.All[family].Checkpoint(Workspace, round);

    private Outcome Fit(string family, QuickRun run) => Outcome.Of(Create(family, run).Fit(Family.Rows(ml)), family, ml, folder);

    private void CancelAtStep(string family, int step, QuickRun run)
    {
        using CancellationTokenSource stop = new();
        int steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(family, run with
        {
            Cancellation = stop.Token,
            AfterStep = () =>
            {
                if (++steps == step) stop.Cancel();
            },
        }));
        Assert.Equal(step, steps);
    }

    // The vectors and pictures that a model adds.
    private float[][] Made(ITransformer model)
    {
        IDataView rows = Family.Rows(ml), made = model.Transform(rows);
        return [.. made.Schema.Where(column => !column.IsHidden && rows.Schema.GetColumnOrNull(column.Name) is null).SelectMany(column => column.Type switch
        {
            VectorDataViewType => made.GetColumn<float[]>(column),
            ImageDataViewType => made.GetColumn<MLImage>(column).Select(picture => picture.Pixels.ToArray().Select(value => (float)value).ToArray()),
            _ => [],
        })];
    }

    private static void AssertSame(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Onnx, actual.Onnx);
        Assert.Equal(expected.Scores, actual.Scores);
    }

    /// <summary>What a run gave: its ONNX files' names and SHA-256, and what the model says of rows.</summary>
    internal sealed record Outcome(IReadOnlyList<string> Onnx, IReadOnlyList<float> Scores)
    {
        public static Outcome Of(ITransformer model, string family, MLContext ml, string folder)
        {
            string target = Path.Combine(folder, $"onnx-{Guid.NewGuid():N}");
            try
            {
                switch (model)
                {
                    case OnnxChainTransformer chain: chain.SaveOnnx(target); break;
                    case StyleTransferTransformer style: style.SaveOnnx(target); break;
                    default: ((SuperResolutionTransformer)model).SaveOnnx(target); break;
                }

                float[] scores = Scored(model.Transform(Family.Rows(ml)), Family.All[family].Output);
                Assert.NotEmpty(scores);
                Assert.All(scores, score => Assert.True(float.IsFinite(score)));
                return new([.. Directory.GetFiles(target).Order().Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")], scores);
            }
            finally
            {
                ((IDisposable)model).Dispose();
            }
        }

        private static float[] Scored(IDataView rows, string column) => rows.Schema[column].Type is VectorDataViewType
            ? [.. rows.GetColumn<float[]>(column).SelectMany(row => row)]
            : [.. rows.GetColumn<MLImage>(column).SelectMany(picture => picture.Pixels.ToArray()).Select(value => (float)value)];
    }

    /// <summary>A run of each family that nothing came into the way of, made when it is first asked for.</summary>
    public sealed class WholeRuns
    {
        private readonly Dictionary<string, Outcome> outcomes = [];

        internal Outcome Of(string family)
        {
            if (outcomes.TryGetValue(family, out Outcome? outcome)) return outcome;
            using TemporaryFolder folder = new();
            MLContext ml = new(seed: 1);
            return outcomes[family] = Outcome.Of(Family.All[family].Create(ml, new() { Folder = folder.Path }).Fit(Family.Rows(ml)), family, ml, folder.Path);
        }
    }
}
