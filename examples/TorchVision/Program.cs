// Exports torchvision's ResNet-18, pixels in and the five best classes out, and runs the file in an ordinary ML.NET pipeline.
//   cd examples/TorchVision
//   dotnet run -c Release -- [PICTURE] [--weights FILE]
// FILE holds a ResNet-18's weights as save(), or TorchSharp's exportsd.py, writes them; without it they are random, and the classes mean nothing.
// index.html beside this runs the same file in a browser.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Export;
using TorchSharp;
using static TorchSharp.torch;

const string ModelPath = "resnet18.onnx";
const int Size = 224, Best = 5;
const double Tolerance = 1e-4;

int option = Array.IndexOf(args, "--weights");
string? weights = option >= 0 && option + 1 < args.Length ? args[option + 1] : null;
string[] pictures = option < 0 ? args : [.. args[..option], .. args.Skip(option + 2)];
if (pictures.Length > 1 || (option >= 0 && weights is null))
{
    Console.Error.WriteLine("usage: [PICTURE] [--weights FILE]");
    return 2;
}
if (pictures.Append(weights).FirstOrDefault(path => path is not null && !File.Exists(path)) is { } missing)
{
    Console.Error.WriteLine($"'{missing}' is not there: name a file that is, or leave it out for a made picture and random weights.");
    return 1;
}

// Before TorchSharp is first used: on Debian 12 and Ubuntu 22.04 its library loads only then.
TorchLibrary.Prepare();

// TorchVision leaves the last layer random unless it is told not to.
using var network = nn.Sequential(torchvision.models.resnet18(weights_file: weights, skipfc: false), nn.Softmax(1));
network.eval();
var options = new OnnxExportOptions
{
    InputNames = ["pixels"],
    OutputNames = ["probabilities"],
    PixelInput = PixelInput.Normalized([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),   // of ImageNet
    TopK = Best,                                                                        // top_values, top_indices
};
Tensor example = rand(1, 3, Size, Size);
OnnxExporter.Export(network, example, ModelPath, options);
Console.WriteLine($"{ModelPath}, {(weights is null ? "random weights: its classes mean nothing" : weights)}");
Console.WriteLine(OnnxCheck.CompareRandom(network, ModelPath, example, options: options));

string picture = pictures.Length > 0 ? pictures[0] : MakePicture("picture.png");
Scored scored = ScoreInMLNet(picture);
(float[] values, long[] classes) = ScoreInTorchSharp(scored.Pixels);

Console.WriteLine($"{picture}:");
Console.WriteLine($"{"class",5} {"TorchSharp",12} {"class",5} {"ML.NET",12}");
for (int i = 0; i < Best; i++)
    Console.WriteLine($"{classes[i],5} {values[i],12:G7} {scored.Classes[i],5} {scored.Values[i],12:G7}");

bool agree = classes.SequenceEqual(scored.Classes) && values.Zip(scored.Values).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance * pair.First);
Console.WriteLine(agree ? "the engines agree" : "the engines do not agree");
return agree ? 0 : 1;

static Scored ScoreInMLNet(string picture)
{
    var ml = new MLContext();
    IDataView noRows = ml.Data.LoadFromEnumerable(Array.Empty<Photo>());
    using TransformerChain<OnnxTransformer> model = ml.Transforms.LoadImages("Image", "", "Path")
        .Append(ml.Transforms.ResizeImages("Image", Size, Size))     // the shorter side becomes 224, the longer one is cropped
        .Append(ml.Transforms.ExtractPixels("pixels", "Image", interleavePixelColors: true, outputAsFloatArray: false))
        .Append(ml.Transforms.ApplyOnnxModel(["top_values", "top_indices"], ["pixels"], ModelPath))
        .Fit(noRows);
    using var engine = ml.Model.CreatePredictionEngine<Photo, Scored>(model, new PredictionEngineOptions { OwnsTransformer = false });
    return engine.Predict(new Photo { Path = Path.GetFullPath(picture) });
}

(float[] Values, long[] Classes) ScoreInTorchSharp(byte[] pixels)
{
    using var scope = NewDisposeScope();
    using var noGradients = no_grad();
    // In its ordinary order in memory: see docs/troubleshooting.md on oneDNN.
    Tensor normalized = options.PixelInput.call(tensor(pixels, [1, Size, Size, 3])).contiguous();
    (Tensor best, Tensor places) = network.call(normalized).topk(Best);
    return (best.data<float>().ToArray(), places.data<long>().ToArray());
}

static string MakePicture(string path)
{
    const int Width = 320, Height = 240, Channels = 4;
    byte[] pixels = new byte[Width * Height * Channels];
    for (int y = 0; y < Height; y++)
    {
        for (int x = 0; x < Width; x++)
        {
            double ring = Math.Sin(Math.Sqrt((x - 160) * (x - 160) + (y - 120) * (y - 120)) / 8);
            int at = (y * Width + x) * Channels;
            pixels[at] = (byte)(127 * (1 + ring));
            pixels[at + 1] = (byte)(255 * x / Width);
            pixels[at + 2] = (byte)(255 * y / Height);
            pixels[at + 3] = 255;
        }
    }
    using MLImage picture = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, pixels);
    picture.Save(path);
    return path;
}

internal sealed class Photo
{
    public string Path { get; set; } = "";
}

internal sealed class Scored
{
    [ColumnName("pixels")]
    public byte[] Pixels { get; set; } = [];

    [ColumnName("top_values")]
    public float[] Values { get; set; } = [];

    [ColumnName("top_indices")]
    public long[] Classes { get; set; } = [];
}
