using Microsoft.ML;

namespace MLNetGen.Tests.Vae;

/// <summary>The ONNX files of digit-sized networks, held against programs that are neither ONNX Runtime nor ours.</summary>
public sealed class SecondEngineTests(SecondEngineTests.Trained trained) : IClassFixture<SecondEngineTests.Trained>
{
    public sealed class Trained : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public Trained()
        {
            MLContext ml = new(seed: 1);
            IDataView moons = ml.Images.MoonPhases(64, size: 28);
            foreach (VaeArchitecture architecture in (VaeArchitecture[])[VaeArchitecture.Convolutional, VaeArchitecture.Mlp])
            {
                using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options
                {
                    Architecture = architecture,
                    ImageSize = 28,
                    Epochs = 1,
                    Seed = 1,
                    NumberOfThreads = 1,
                }).Fit(moons);
                vae.SaveOnnx(Path.Combine(folder, architecture.ToString()));
            }
        }

        public string File(VaeArchitecture architecture, string name) => Path.Combine(folder, architecture.ToString(), name);

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }

    [PythonTheory(PythonOnnx.Module)]
    [InlineData(VaeArchitecture.Convolutional)]
    [InlineData(VaeArchitecture.Mlp)]
    public void Saved_files_pass_the_checker_of_ONNX_with_strict_shape_inference(VaeArchitecture architecture)
    {
        foreach (string name in (string[])["encoder.onnx", "decoder.onnx", "vae.onnx"])
            Assert.Null(PythonOnnx.Complaint(trained.File(architecture, name)));
    }

    [PythonTheory(OpenCv.Module)]
    [InlineData(VaeArchitecture.Convolutional, 1)]
    [InlineData(VaeArchitecture.Convolutional, 7)]
    [InlineData(VaeArchitecture.Mlp, 7)]
    public void Decoder_draws_the_same_pictures_in_OpenCV(VaeArchitecture architecture, int count) =>
        SameNumbers.Assert(OpenCv.Run, trained.File(architecture, "decoder.onnx"), [count, 20], Latents(count));

    [PythonTheory(OpenCv.Module)]
    [InlineData(VaeArchitecture.Convolutional, 1)]
    [InlineData(VaeArchitecture.Convolutional, 7)]
    [InlineData(VaeArchitecture.Mlp, 7)]
    public void Encoder_gives_the_same_latents_in_OpenCV(VaeArchitecture architecture, int count) =>
        SameNumbers.Assert(OpenCv.Run, trained.File(architecture, "encoder.onnx"), [count, 1, 28, 28], Pixels(count));

    [BrowserTheory]
    [InlineData(VaeArchitecture.Convolutional, 1)]
    [InlineData(VaeArchitecture.Convolutional, 7)]
    [InlineData(VaeArchitecture.Mlp, 7)]
    public void All_three_files_give_the_same_numbers_in_a_browser(VaeArchitecture architecture, int count)
    {
        SameNumbers.Assert(OnnxRuntimeWeb.Run, trained.File(architecture, "decoder.onnx"), [count, 20], Latents(count));
        SameNumbers.Assert(OnnxRuntimeWeb.Run, trained.File(architecture, "encoder.onnx"), [count, 1, 28, 28], Pixels(count));
        SameNumbers.Assert(OnnxRuntimeWeb.Run, trained.File(architecture, "vae.onnx"), [count, 1, 28, 28], Pixels(count));
    }

    // Wider than the prior, so that saturated units count too.
    private static float[] Latents(int count) => [.. Normal(count * 20).Select(v => 3 * v)];

    // Far brighter than pictures are, so that even a network that has hardly learnt tells rows apart.
    private static float[] Pixels(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count * 28 * 28).Select(_ => 10 * random.NextSingle())];
    }

    private static IEnumerable<float> Normal(int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
            yield return (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }
}
