using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.TorchVision;

/// <summary>examples/TorchVision, the program and the page, against the network whose weights it is given.</summary>
public sealed class TorchVisionExampleTests(TorchVisionExampleTests.Network network) : IClassFixture<TorchVisionExampleTests.Network>
{
    private const int Size = 224, Best = 5;
    private const double Tolerance = 1e-4;

    [Fact]
    public void TorchSharp_and_MLNet_give_the_networks_own_five_best()
    {
        Assert.True(network.Run.ExitCode == 0, network.Run.Output + network.Run.Errors);
        Assert.Contains(Network.Weights, network.Run.Output);
        Assert.DoesNotContain("random", network.Run.Output);
        (Row[] torchSharp, Row[] mlNet) = Table(network.Run.Output);
        Row[] expected = network.BestOf(Network.Pictures[0]);
        AssertSame(expected, torchSharp);
        AssertSame(expected, mlNet);
    }

    [Fact]
    public void Without_arguments_it_makes_a_picture_and_says_that_the_weights_are_random()
    {
        string folder = Directory.CreateDirectory(Path.Combine(network.Folder, "alone")).FullName;
        CommandLine.Outcome outcome = Example(folder);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        Assert.Contains("random weights", outcome.Output);
        (Row[] torchSharp, Row[] mlNet) = Table(outcome.Output);
        AssertSame(torchSharp, mlNet);
        using MLImage picture = MLImage.CreateFromFile(Path.Combine(folder, "picture.png"));
        Assert.Equal((320, 240), (picture.Width, picture.Height));
        Assert.Equal(["picture.png", "resnet18.onnx"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        foreach (string[] arguments in (string[][])[["absent.png"], ["--weights", "absent.png"]])
        {
            CommandLine.Outcome outcome = Example(network.Folder, arguments);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains("'absent.png' is not there", Assert.Single(outcome.Errors.TrimEnd().Split('\n')));
        }
    }

    [BrowserFact]
    public void The_page_shows_the_networks_own_five_best_of_every_picture_dropped_on_it()
    {
        Assert.True(network.Run.ExitCode == 0, network.Run.Errors);
        // As someone has it who ran the program and npm in the example's folder.
        File.Copy(Path.Combine(Repository.Root!, "examples", "TorchVision", "index.html"), Path.Combine(network.Folder, "index.html"), overwrite: true);
        using BrowserPage page = new(
            "drop.html", ("/example/node_modules/onnxruntime-web/dist/", OnnxRuntimeWeb.Scripts), ("/example/", network.Folder), ("/", OnnxRuntimeWeb.Folder!));
        string answer = page.Ask("", JsonSerializer.Serialize(new { pictures = Network.Pictures }));
        using JsonDocument read = JsonDocument.Parse(answer);
        Assert.False(read.RootElement.TryGetProperty("error", out _), answer);
        JsonElement[] shown = [.. read.RootElement.GetProperty("shown").EnumerateArray()];
        Assert.Equal(Network.Pictures.Length, shown.Length);
        // What does not depend on the picture would say nothing.
        Assert.NotEqual(network.BestOf(Network.Pictures[0]), network.BestOf(Network.Pictures[1]));
        for (int i = 0; i < shown.Length; i++)
        {
            JsonElement[] rows = [.. shown[i].EnumerateArray()];
            Row[] actual = [.. rows.Select(row => new Row(row.GetProperty("class").GetInt64(), row.GetProperty("probability").GetDouble()))];
            AssertSame(network.BestOf(Network.Pictures[i]), actual);
            Assert.All(rows.Zip(actual), pair => Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"{100 * pair.Second.Probability:F2} %"), pair.First.GetProperty("text").GetString()));
        }
    }

    private static CommandLine.Outcome Example(string folder, params string[] arguments)
    {
        using Process process = CommandLine.StartProgram(
            "dotnet", [CommandLine.PathOf("examples/TorchVision", "MLNetGen.Examples.TorchVision"), .. arguments], folder);
        return CommandLine.Outcome.Of(process);
    }

    private static (Row[] TorchSharp, Row[] MLNet) Table(string output)
    {
        string[][] rows =
        [
            .. output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(cells => cells.Length == 4 && long.TryParse(cells[0], CultureInfo.InvariantCulture, out _)),
        ];
        return ([.. rows.Select(cells => Parse(cells[0], cells[1]))], [.. rows.Select(cells => Parse(cells[2], cells[3]))]);

        static Row Parse(string place, string probability) =>
            new(long.Parse(place, CultureInfo.InvariantCulture), double.Parse(probability, CultureInfo.InvariantCulture));
    }

    private static void AssertSame(Row[] expected, Row[] actual)
    {
        Assert.Equal(Best, expected.Length);
        Assert.Equal(expected.Select(row => row.Class), actual.Select(row => row.Class));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First.Probability - pair.Second.Probability) / pair.First.Probability, 0, Tolerance));
    }

    internal sealed record Row(long Class, double Probability);

    /// <summary>A ResNet-18 whose weights the example is given as a file, and two pictures of the network's own size, so that nobody resamples.</summary>
    public sealed class Network : IDisposable
    {
        public const string Weights = "resnet18.dat";

        private readonly nn.Module<Tensor, Tensor> network;
        private readonly Dictionary<string, byte[]> pixels = [];

        public Network()
        {
            manual_seed(1);
            network = torchvision.models.resnet18();
            network.eval();
            // As they begin, normalisations do next to nothing.
            foreach ((string name, Tensor values) in network.named_buffers().Where(pair => pair.buffer.is_floating_point()))
                values.copy_(name.EndsWith("var", StringComparison.Ordinal) ? rand_like(values) + 0.5 : randn_like(values) * 0.1);
            network.save(Path.Combine(Folder, Weights));
            for (int i = 0; i < Pictures.Length; i++)
                pixels.Add(Pictures[i], Save(Path.Combine(Folder, Pictures[i]), seed: i));
            Run = Example(Folder, Pictures[0], "--weights", Weights);
        }

        public static string[] Pictures { get; } = ["first.png", "second.png"];

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        /// <summary>The program on the first picture, with the network's weights.</summary>
        internal CommandLine.Outcome Run { get; }

        internal Row[] BestOf(string picture)
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            Tensor planes = tensor(pixels[picture], [1, Size, Size, 3]).permute(0, 3, 1, 2).to_type(ScalarType.Float32) / 255;
            Tensor mean = tensor([0.485f, 0.456f, 0.406f], [1, 3, 1, 1]), deviation = tensor([0.229f, 0.224f, 0.225f], [1, 3, 1, 1]);
            Tensor scores = nn.functional.softmax(network.call(((planes - mean) / deviation).contiguous()), 1);
            return [.. scores.data<float>().ToArray().Select((score, place) => new Row(place, score)).OrderByDescending(row => row.Probability).Take(Best)];
        }

        public void Dispose()
        {
            network.Dispose();
            Directory.Delete(Folder, recursive: true);
        }

        // Blocks of random colour: with plain noise all pictures look alike to a network.
        private static byte[] Save(string path, int seed)
        {
            const int Block = 28;
            var random = new Random(seed);
            byte[] rgb = new byte[Size * Size * 3], colors = new byte[Size / Block * (Size / Block) * 3];
            random.NextBytes(colors);
            for (int i = 0; i < rgb.Length; i++)
            {
                int channel = i % 3, x = i / 3 % Size, y = i / 3 / Size;
                rgb[i] = colors[((y / Block * (Size / Block)) + (x / Block)) * 3 + channel];
            }

            byte[] rgba = [.. rgb.Chunk(3).SelectMany(color => (byte[])[.. color, 255])];
            using MLImage image = MLImage.CreateFromPixels(Size, Size, MLPixelFormat.Rgba32, rgba);
            image.Save(path);
            return rgb;
        }
    }
}
