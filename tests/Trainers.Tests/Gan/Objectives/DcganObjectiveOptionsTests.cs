using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Gan;

public class DcganObjectiveOptionsTests
{
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string, Action<DcganTrainer.Options>> Choices => new()
    {
        { "source's procedure", o => o.SourceProcedure = true },
        { "PyTorch's example", o => (o.Network, o.PyTorchExample) = (DcganNetwork.Paper, true) },
        { "hinge", o => o.Loss = GanLoss.Hinge },
        { "Wasserstein", o => (o.Loss, o.DiscriminatorSteps) = (GanLoss.WassersteinGradientPenalty, 2) },
        { "R1", o => o.R1Gamma = 10 },
        { "spectral normalisation", o => o.SpectralNormalization = true },
        { "spectral normalisation of the digits' network", o => (o.Network, o.SpectralNormalization, o.R1Gamma) = (DcganNetwork.Mnist32, true, 1) },
        { "augmentation", o => o.DiffAugment = DiffAugment.All },
        { "the fully connected network at its own size", o => (o.Network, o.ImageSize, o.Width) = (DcganNetwork.Mlp, 28, 40) },
        {
            "all of the fully connected network's",
            o => (o.Network, o.Width, o.LabelColumnName, o.Loss, o.DiscriminatorSteps, o.SpectralNormalization, o.DiffAugment, o.AverageGenerator) =
                (DcganNetwork.Mlp, 40, "Label", GanLoss.WassersteinGradientPenalty, 2, true, DiffAugment.All, false)
        },
    };

    [Theory]
    [MemberData(nameof(Choices), DisableDiscoveryEnumeration = true)]
    public void Every_option_trains_and_exports(string name, Action<DcganTrainer.Options> choose)
    {
        List<DcganProgress> told = [];
        DcganTrainer.Options options = new()
        {
            Network = DcganNetwork.AnimeFace64,
            ImageSize = 32,
            Width = 8,
            LatentDimension = 6,
            Steps = 2,
            BatchSize = 8,
            Seed = 5,
            NumberOfThreads = 1,
            ProgressCallback = told.Add,
        };
        choose(options);
        IDataView moons = ml.Images.MoonPhases(16);
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(moons);
        Assert.Equal(2, told.Count);
        Assert.All(told, p => Assert.True(double.IsFinite(p.DiscriminatorLoss + p.GeneratorLoss), name));
        Assert.InRange(gan.OnnxParity, 0, 1e-3);
        Assert.Equal(16, gan.Transform(moons).GetColumn<float[]>("Realness").Count(p => p[0] is >= 0 and <= 1));
    }

    public static TheoryData<string, Action<DcganTrainer.Options>> Combinations => new()
    {
        {
            "hinge, spectral normalisation, R1, augmentation and classes",
            o => (o.Network, o.LabelColumnName, o.Loss, o.SpectralNormalization, o.R1Gamma, o.DiscriminatorSteps, o.DiffAugment) =
                (DcganNetwork.Mnist32, "Label", GanLoss.Hinge, true, 1, 2, DiffAugment.All)
        },
        { "hinge, spectral normalisation and augmentation", o => (o.Loss, o.SpectralNormalization, o.DiffAugment) = (GanLoss.Hinge, true, DiffAugment.All) },
        { "Wasserstein, whose β1 is 0", o => (o.Loss, o.DiscriminatorSteps) = (GanLoss.WassersteinGradientPenalty, 2) },
        { "the source's procedure", o => o.SourceProcedure = true },
        { "the paper's uniform z", o => o.Network = DcganNetwork.Paper },
        { "classes", o => o.LabelColumnName = "Label" },
        { "the fully connected network, whose dropout draws", o => (o.Network, o.Width) = (DcganNetwork.Mlp, 40) },
    };

    [Theory]
    [MemberData(nameof(Combinations), DisableDiscoveryEnumeration = true)]
    public void A_run_that_was_stopped_and_resumed_ends_bit_for_bit_as_one_that_was_not(string name, Action<DcganTrainer.Options> choose)
    {
        IDataView moons = ml.Images.MoonPhases(24);
        string whole = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName, stopped = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
        try
        {
            byte[] expected = Train(whole, resume: false);
            using CancellationTokenSource cancel = new();
            Assert.ThrowsAny<OperationCanceledException>(() => Train(stopped, resume: false, cancel));
            Assert.Equal(2, LastStep(stopped));
            Assert.Equal(expected, Train(stopped, resume: true));
            Assert.Equal(4, LastStep(stopped));
            Same(Newest(whole), Newest(stopped));
        }
        finally
        {
            Directory.Delete(whole, recursive: true);
            Directory.Delete(stopped, recursive: true);
        }

        byte[] Train(string workspace, bool resume, CancellationTokenSource? cancel = null)
        {
            DcganTrainer.Options options = new()
            {
                Network = DcganNetwork.AnimeFace64,
                ImageSize = 32,
                Width = 8,
                LatentDimension = 6,
                Steps = 4,
                CheckpointInterval = 2,
                BatchSize = 4,
                Seed = 5,
                NumberOfThreads = 1,
                WorkspacePath = workspace,
                Resume = resume,
                CancellationToken = cancel?.Token ?? default,
                ProgressCallback = p =>
                {
                    if (p.Step == 3)
                        cancel?.Cancel();
                },
            };
            choose(options);
            using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(moons);
            IDataView drawn = gan.Generator.Transform(ml.Generative.SampleLatent(4, 6, classes: options.LabelColumnName is null ? null : [0, 1]));
            return [.. drawn.GetColumn<MLImage>("Image").SelectMany(picture => picture.Pixels.ToArray())];
        }

        static string Newest(string workspace) => Directory.GetFiles(Path.Combine(workspace, "checkpoints")).Max(StringComparer.Ordinal)!;

        static int LastStep(string workspace) => int.Parse(Path.GetFileNameWithoutExtension(Newest(workspace))["step-".Length..], CultureInfo.InvariantCulture);

        // Weights, optimisers and the average, whole.
        void Same(string expected, string found)
        {
            using ZipArchive a = ZipFile.OpenRead(expected), b = ZipFile.OpenRead(found);
            string[] entries = [.. a.Entries.Select(entry => entry.FullName).Where(entry => entry.EndsWith(".bin", StringComparison.Ordinal))];
            Assert.Empty(((string[])["generator.bin", "discriminator.bin", "average.bin", "generator-optimizer.bin", "discriminator-optimizer.bin"]).Except(entries));
            Assert.All(entries, entry => Assert.True(Bytes(a, entry).SequenceEqual(Bytes(b, entry)), $"{name}: {entry} differs"));
        }

        static byte[] Bytes(ZipArchive zip, string entry)
        {
            using MemoryStream bytes = new();
            using Stream stream = zip.GetEntry(entry)!.Open();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void Options_that_contradict_each_other_are_refused(string message, Action<DcganTrainer.Options> choose)
    {
        DcganTrainer.Options options = new();
        choose(options);
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => ml.Generative.Trainers.Dcgan(options)).Message);
    }

    public static TheoryData<string, Action<DcganTrainer.Options>> Mistakes => new()
    {
        { "set Network to Paper", o => o.PyTorchExample = true },
        { "the source has no Loss Hinge", o => (o.SourceProcedure, o.Loss) = (true, GanLoss.Hinge) },
        { "the source has no DiffAugment", o => (o.SourceProcedure, o.DiffAugment) = (true, DiffAugment.Color) },
        { "has a gradient penalty of its own", o => (o.Loss, o.R1Gamma) = (GanLoss.WassersteinGradientPenalty, 1) },
        { "Loss is 7", o => o.Loss = (GanLoss)7 },
        { "DiffAugment is 8; it must be a combination of None, Color, Translation, Cutout, All", o => o.DiffAugment = (DiffAugment)8 },
        { "DiscriminatorSteps is 0", o => o.DiscriminatorSteps = 0 },
        { "GradientPenalty is 0", o => o.GradientPenalty = 0 },
        { "R1Gamma is -1", o => o.R1Gamma = -1 },
    };
}
