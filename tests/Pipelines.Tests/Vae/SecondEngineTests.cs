using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Tests.Vae;

/// <summary>The ONNX files of digit-sized networks, held against programs that are neither ONNX Runtime nor ours.</summary>
public sealed class SecondEngineTests(SecondEngineTests.Trained trained) : IClassFixture<SecondEngineTests.Trained>
{
    private const double Tolerance = 1e-4;

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
    public void Decoder_draws_the_same_pictures_in_OpenCV(VaeArchitecture architecture, int count)
    {
        // Wider than the prior, so that saturated units count too.
        float[] latents = [.. Normal(count * 20).Select(v => 3 * v)];
        AssertSame(trained.File(architecture, "decoder.onnx"), [count, 20], latents);
    }

    [PythonTheory(OpenCv.Module)]
    [InlineData(VaeArchitecture.Convolutional, 1)]
    [InlineData(VaeArchitecture.Convolutional, 7)]
    [InlineData(VaeArchitecture.Mlp, 7)]
    public void Encoder_gives_the_same_latents_in_OpenCV(VaeArchitecture architecture, int count)
    {
        var random = new Random(2);
        float[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(_ => random.NextSingle())];
        AssertSame(trained.File(architecture, "encoder.onnx"), [count, 1, 28, 28], pixels);
    }

    private static void AssertSame(string path, long[] shape, float[] values)
    {
        using InferenceSession session = new(path);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> expected = session.Run(options, session.InputNames, [input], session.OutputNames);
        var actual = OpenCv.Run(path, session.InputNames[0], shape, values, session.OutputNames);
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            float[] ours = expected[i].GetTensorDataAsSpan<float>().ToArray();
            Assert.Equal(expected[i].GetTensorTypeAndShape().Shape, actual[i].Shape);
            // Where rows are all but alike, agreeing on them says little.
            if (shape[0] > 1) Assert.True(MostBetweenRows(ours, (int)shape[0]) > 100 * Tolerance, $"{session.OutputNames[i]} hardly depends on the input");
            Assert.InRange(ours.Zip(actual[i].Values, (a, b) => Math.Abs(a - b)).Max(), 0, Tolerance);
        }
    }

    private static double MostBetweenRows(float[] values, int rows)
    {
        int length = values.Length / rows;
        return values.Take(length).Zip(values.Skip(length), (a, b) => Math.Abs(a - b)).Max();
    }

    private static IEnumerable<float> Normal(int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
            yield return (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }
}
