using System.IO.Compression;
using Microsoft.ML;
using MLNetGen.Gan;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Gan;

public sealed class DcganCheckpointTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly IDataView moons;
    private readonly string workspace = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public DcganCheckpointTests() => moons = ml.Images.MoonPhases(20);

    public void Dispose() => Directory.Delete(workspace, recursive: true);

    private DcganTrainer.Options Quick => new()
    {
        Network = DcganNetwork.Mnist32,
        Width = 8,
        LatentDimension = 6,
        Steps = 7,
        BatchSize = 8,
        SampleInterval = 2,
        CheckpointInterval = 2,
        KeptCheckpoints = 2,
        Seed = 5,
        NumberOfThreads = 1,
        WorkspacePath = workspace,
    };

    [Fact]
    public void A_run_stopped_between_checkpoints_and_resumed_ends_as_one_that_was_not()
    {
        string straight = Path.Combine(workspace, "straight"), stopped = Path.Combine(workspace, "stopped");
        DcganTrainer.Options options = Quick;
        options.WorkspacePath = straight;
        ml.Generative.Trainers.Dcgan(options).Fit(moons).Dispose();

        StopAt(5, stopped);
        Assert.Equal(5, File.ReadAllLines(Path.Combine(stopped, "training_log.jsonl")).Length);
        options = Quick;
        options.WorkspacePath = stopped;
        options.Resume = true;
        List<int> steps = [];
        options.ProgressCallback = p => steps.Add(p.Step);
        ml.Generative.Trainers.Dcgan(options).Fit(moons).Dispose();

        Assert.Equal([5, 6, 7], steps);
        const string Last = "step-000007.checkpoint";
        using ZipArchive a = ZipFile.OpenRead(Path.Combine(straight, "checkpoints", Last)), b = ZipFile.OpenRead(Path.Combine(stopped, "checkpoints", Last));
        foreach (string entry in (string[])["generator.bin", "discriminator.bin", "average.bin", "generator-optimizer.bin", "discriminator-optimizer.bin"])
            Assert.Equal(Bytes(a, entry), Bytes(b, entry));
        Assert.Equal(WithoutTime(straight), WithoutTime(stopped));

        // All that is the same in two runs: seconds are not.
        static string[] WithoutTime(string folder) =>
            [.. File.ReadLines(Path.Combine(folder, "training_log.jsonl")).Select(line => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)])];
    }

    [Fact]
    public void The_newest_checkpoints_stay_and_a_new_run_sets_those_of_the_old_aside()
    {
        ml.Generative.Trainers.Dcgan(Quick).Fit(moons).Dispose();
        Assert.Equal(["step-000006.checkpoint", "step-000007.checkpoint"], Checkpoints());

        DcganTrainer.Options other = Quick;
        other.Seed = 6;
        other.Steps = 2;
        ml.Generative.Trainers.Dcgan(other).Fit(moons).Dispose();
        Assert.Equal(["step-000002.checkpoint"], Checkpoints());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(workspace, "checkpoints", "previous")).Length);
        Assert.Equal(["step-000002.png"], Directory.GetFiles(Path.Combine(workspace, "samples")).Select(Path.GetFileName));

        IEnumerable<string?> Checkpoints() => Directory.GetFiles(Path.Combine(workspace, "checkpoints")).Select(Path.GetFileName).Order();
    }

    [Fact]
    public void A_stopped_run_gives_the_model_of_its_newest_checkpoint()
    {
        Assert.Contains(workspace, Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Dcgan(Quick).FitFromCheckpoint(moons)).Message);
        StopAt(5, workspace);
        using DcganTransformer stopped = ml.Generative.Trainers.Dcgan(Quick).FitFromCheckpoint(moons);

        DcganTrainer.Options four = Quick;
        four.WorkspacePath = null;
        four.Steps = 4;
        using DcganTransformer straight = ml.Generative.Trainers.Dcgan(four).Fit(moons);
        Assert.Equal(Generator(straight), Generator(stopped));
        Assert.Equal([2, 4], stopped.Averages.Select(a => a.Step));

        byte[] Generator(DcganTransformer gan)
        {
            string folder = Path.Combine(workspace, "onnx");
            gan.SaveOnnx(folder);
            return File.ReadAllBytes(Path.Combine(folder, "generator.onnx"));
        }
    }

    [Fact]
    public void A_checkpoint_of_another_architecture_is_refused_naming_the_setting()
    {
        ml.Generative.Trainers.Dcgan(Quick).Fit(moons).Dispose();
        DcganTrainer.Options options = Quick;
        options.Resume = true;
        options.Width = 16;
        Assert.Contains("Width is 8 there and 16 here", Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Dcgan(options).Fit(moons)).Message);
        options = Quick;
        options.Resume = true;
        options.Network = DcganNetwork.AnimeFace64;
        options.ImageSize = 32;
        Assert.Contains("Network is mnist32 there and animeFace64 here", Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Dcgan(options).Fit(moons)).Message);
    }

    [Fact]
    public void A_loss_that_becomes_NaN_leaves_the_last_checkpoint_and_says_at_which_step()
    {
        float[] kept = [];
        TrainOnNoise(
            (step, gan) =>
            {
                if (step == 4)
                    kept = Weights(gan);
                if (step == 5)
                    Poison(gan.Discriminator.parameters().First());
            },
            (stopped, gan) =>
            {
                Assert.Contains("became NaN in step 6", stopped);
                Assert.Contains("step 4 is kept", stopped);
                Assert.Equal(kept, Weights(gan));
            });
        Assert.Equal("step-000004.checkpoint", Directory.GetFiles(Path.Combine(workspace, "checkpoints")).Select(Path.GetFileName).Max());

        static float[] Weights(DcganTask gan) => [.. gan.Average.parameters().SelectMany(weight => weight.data<float>())];
    }

    [Fact]
    public void A_disk_that_takes_no_checkpoint_does_not_end_the_training()
    {
        // A file stands where the folder should be: every write there fails, as on a full disk.
        File.WriteAllText(Path.Combine(workspace, "checkpoints"), "");
        List<string> said = [];
        ml.Log += (_, e) => said.Add(e.Message);
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(Quick).Fit(moons);
        Assert.Equal(7, gan.Averages[^1].Step);
        Assert.Contains(said, m => m.Contains("a checkpoint is missing:", StringComparison.Ordinal) && m.Contains("Training goes on", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_that_takes_no_log_does_not_end_the_training()
    {
        Directory.CreateDirectory(Path.Combine(workspace, "training_log.jsonl"));
        List<string> said = [];
        ml.Log += (_, e) => said.Add(e.Message);
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(Quick).Fit(moons);
        Assert.Equal(7, gan.Averages[^1].Step);
        Assert.Contains(said, m => m.Contains("the log is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_never_kept()
    {
        TrainOnNoise(
            // After the losses of step 4, before its checkpoint.
            (step, gan) =>
            {
                if (step == 4)
                    Poison(gan.Discriminator.parameters().First());
            },
            (stopped, gan) =>
            {
                Assert.Contains("a weight became NaN in step 4; step 2 is kept", stopped);
                Assert.True(gan.Discriminator.parameters().All(weight => weight.isfinite().all().item<bool>()));
            });
        Assert.Equal("step-000002.checkpoint", Directory.GetFiles(Path.Combine(workspace, "checkpoints")).Select(Path.GetFileName).Max());
    }

    [Fact]
    public void Without_averaging_the_generator_of_the_last_step_is_exported_and_says_so()
    {
        DcganTrainer.Options options = Quick;
        options.AverageGenerator = false;
        using DcganTransformer live = ml.Generative.Trainers.Dcgan(options).Fit(moons);
        using (ZipArchive zip = ZipFile.OpenRead(Path.Combine(workspace, "checkpoints", "step-000007.checkpoint")))
            Assert.Equal(Bytes(zip, "generator.bin"), Bytes(zip, "average.bin"));
        string path = Path.Combine(workspace, "model.zip");
        ml.Model.Save(live.Generator, ml.Generative.SampleLatent(1, 6).Schema, path);
        using DcganGenerator loaded = DcganGenerator.FromModel(ml, ml.Model.Load(path, out _));
        Assert.False(loaded.IsAveraged);
        Assert.Equal(6, loaded.LatentDimension);
    }

    private static byte[] Bytes(ZipArchive zip, string entry)
    {
        using MemoryStream bytes = new();
        using Stream stream = zip.GetEntry(entry)!.Open();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    // Twenty steps, with the networks at hand after each and at the end.
    private void TrainOnNoise(Action<int, DcganTask> afterStep, Action<string?, DcganTask> check)
    {
        DcganTrainer.Options options = Quick;
        using TrainingSession session = TrainingSession.Begin(ml, "gan", options);
        GanRecipe recipe = new(options, DcganNetwork.Mnist32, channels: 1, size: 32);
        using DcganTask gan = new(recipe);
        RunHistory<GanSettings, DcganAverages> history = new(new GanSettings
        {
            Seed = 5,
            Recipe = recipe,
            TrainingRows = 20,
            TrainingData = "",
            Steps = 20,
            SampleInterval = 2,
            CheckpointInterval = 2,
            Device = "cpu",
            NumberOfThreads = 1,
        });
        options.ProgressCallback = progress => afterStep(progress.Step, gan);
        using TrainingRows rows = new(new BatchFeed(randint(0, 256, [20, 1, 32, 32], dtype: ScalarType.Byte), 1 / 255f, torch.device("cpu"))) { Hash = "" };
        new Trainer(options, session).Run(new GanRounds(gan, options, history, new GanCourse(history, workspace), session, rows));
        check(history.Stopped, gan);
    }

    private static void Poison(Tensor weight)
    {
        using var noGradient = no_grad();
        weight.fill_(float.NaN);
    }

    private void StopAt(int step, string folder)
    {
        using CancellationTokenSource stop = new();
        DcganTrainer.Options options = Quick;
        options.WorkspacePath = folder;
        options.CancellationToken = stop.Token;
        options.ProgressCallback = p => { if (p.Step == step) stop.Cancel(); };
        Assert.ThrowsAny<OperationCanceledException>(() => ml.Generative.Trainers.Dcgan(options).Fit(moons));
    }
}
