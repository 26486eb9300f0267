using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Onnx;

namespace MLNetGen.Tests.Packages;

/// <summary>What a user installs: packages of a feed in a folder, in projects outside of the repository.</summary>
public sealed class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const int Side = 28;

    private static readonly string SystemName = (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-") + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static readonly Dictionary<string, string> Versions = XDocument.Load(Path.Combine(CommandLine.Root, "Directory.Packages.props")).Descendants()
        .Where(element => element.Name.LocalName.EndsWith("Version", StringComparison.Ordinal) && !element.HasElements && !element.IsEmpty).ToDictionary(element => element.Name.LocalName, element => element.Value);

    // The natives are the user's choice: none of libtorch's packages, and ONNX Runtime's managed one alone.
    [Theory]
    [InlineData("MLNetGen.Onnx", "Google.Protobuf", "Microsoft.ML.OnnxRuntime.Managed")]
    [InlineData("MLNetGen.Export", "MLNetGen.Onnx", "Google.Protobuf", "Microsoft.ML.OnnxRuntime.Managed", "SkiaSharp", "TorchSharp")]
    [InlineData("MLNetGen.Transforms", "MLNetGen.Onnx", "Microsoft.ML", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.OnnxTransformer", "Microsoft.ML.OnnxRuntime.Managed", "SkiaSharp", "System.IO.Hashing")]
    [InlineData("MLNetGen.Trainers", "MLNetGen.Export", "MLNetGen.Transforms", "Microsoft.ML", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.OnnxTransformer", "Microsoft.ML.OnnxRuntime.Managed", "TorchSharp")]
    public void A_library_brings_what_it_is_compiled_against_and_no_native_library_of_its_own_choice(string id, params string[] needed)
    {
        (XElement metadata, IReadOnlyList<string> files) = feed.Read(id);
        Dictionary<string, string> dependencies = metadata.Descendants("dependency").ToDictionary(each => each.Attribute("id")!.Value, each => each.Attribute("version")!.Value);
        Assert.All(needed, package => Assert.Contains(package, dependencies.Keys));
        Assert.All(dependencies.Keys, package => Assert.DoesNotMatch("^(libtorch|TorchSharp-|Grpc|Microsoft.ML.OnnxRuntime(.Gpu)?$)", package));
        Assert.All(dependencies.Where(each => each.Key.StartsWith("MLNetGen", StringComparison.Ordinal)), each => Assert.Equal(feed.Version, each.Value));
        Assert.Equal(Versions["TorchSharpVersion"], dependencies.GetValueOrDefault("TorchSharp", Versions["TorchSharpVersion"]));
        Assert.Equal(["icon.png", "README.md"], [metadata.Element("icon")!.Value, metadata.Element("readme")!.Value]);
        Assert.All(["icon.png", "README.md", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], file => Assert.Contains(file, files));
        using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(feed.Folder, $"{id}.{feed.Version}.snupkg"));
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{id}.pdb");
    }

    [Fact]
    public void READMEs_first_program_runs_in_an_empty_project()
    {
        string folder = feed.NewFolder("readme");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Regex.Match(File.ReadAllText(Path.Combine(CommandLine.Root, "README.md")), "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);
        WriteProject(folder, $"libtorch-cpu-{SystemName}", Versions["LibtorchVersion"], "Microsoft.ML.OnnxRuntime", Versions["OnnxRuntimeVersion"]);
        using (GZipStream digits = new(File.Create(Path.Combine(folder, "train-images-idx3-ubyte.gz")), CompressionLevel.Fastest))
            digits.Write(Idx(64));
        PackageFeed.Dotnet(folder, "run", "-c", "Release");

        var ml = new MLContext();
        using var model = (IDisposable)ml.Model.Load(Path.Combine(folder, "vae.zip"), out _);
        Assert.Equal(20, ((VectorDataViewType)((ITransformer)model).GetOutputSchema(ml.Images.MoonPhases(1, Side).Schema)["Latent"].Type).Size);
        Assert.All(["encoder", "decoder", "vae"], name => Assert.True(OnnxSummary.Read(Path.Combine(folder, "onnx", name + ".onnx")).Parameters > 0));
        // 64 pictures in 8 columns, enlarged to 56 pixels, with gaps of 2.
        using MLImage sheet = MLImage.CreateFromFile(Path.Combine(folder, "fresh.png"));
        Assert.Equal((8 * 58 + 2, 8 * 58 + 2), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void Where_native_libraries_are_missing_every_door_names_their_packages()
    {
        string folder = feed.NewFolder("bare");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using Microsoft.ML;
            using MLNetGen;
            using MLNetGen.Export;
            using MLNetGen.Onnx;

            var ml = new MLContext(seed: 1);
            IDataView moons = ml.Images.MoonPhases(8);
            Picture picture = new(64, 64, 3, new byte[64 * 64 * 3]);
            picture.Save("style.png");
            Say(() => ml.Generative.Trainers.Vae("Image").Fit(moons));
            Say(() => ml.Generative.Trainers.Dcgan("Image").Fit(moons));
            Say(() => ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.AlexNet(ml, "Label", "Image")).Fit(moons));
            Say(() => ml.Generative.StyleTransfer("Stylized", "Image", stylePicture: "style.png").Fit(moons));
            Say(() => ml.Generative.SuperResolution("Sharp", "Image", 2).Fit(moons));
            Say(() => ml.Generative.Paint(picture.ToImage(), picture.ToImage()));
            Say(() => OnnxModule.Load("none.onnx"));
            Say(() => new Microsoft.ML.OnnxRuntime.SessionOptions().Dispose());

            static void Say(Action work)
            {
                try { work(); Console.WriteLine("it worked"); }
                catch (InvalidOperationException e) { Console.WriteLine(e.Message.ReplaceLineEndings(" ")); }
                catch (TypeInitializationException e) { Console.WriteLine(e.InnerException!.Message.ReplaceLineEndings(" ")); }
            }
            """);
        WriteProject(folder);
        string[] lines = PackageFeed.Dotnet(folder, "run", "-c", "Release").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines[..^1], line => Assert.Contains($"libtorch-cpu-{SystemName} {Versions["LibtorchVersion"]}", line, StringComparison.Ordinal));
        Assert.Equal(7, lines.Length - 1);
        Assert.Contains("Microsoft.ML.OnnxRuntime ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_trains_and_inspects_where_nothing_else_is_installed()
    {
        string folder = feed.NewFolder("tool"), tools = feed.PathOf("tools");
        PackageFeed.Dotnet(folder, "tool", "install", "mlnetgen", "--tool-path", tools, "--version", feed.Version);
        string tool = Path.Combine(tools, OperatingSystem.IsWindows() ? "mlnetgen.exe" : "mlnetgen");
        PackageFeed.Run(tool, folder, "train", "vae", "--data", Pictures(folder), "--epochs", "1", "--out", "run");
        long parameters = OnnxSummary.Read(Path.Combine(folder, "run", "encoder.onnx")).Parameters;
        Assert.True(parameters > 0);
        Assert.Contains(parameters.ToString("N0", CultureInfo.InvariantCulture), PackageFeed.Run(tool, folder, "inspect", Path.Combine("run", "encoder.onnx")), StringComparison.Ordinal);
        // ResNet-18's file is in it.
        Assert.NotEmpty(PackageFeed.Run(tool, folder, "similar", "--data", "pictures", Path.Combine("pictures", "dark", "0.png")));
    }

    [Fact]
    public void Every_template_builds_trains_and_saves_a_model()
    {
        string hive = feed.NewFolder("hive"), folder = feed.NewFolder("templates"), pictures = Pictures(folder);
        PackageFeed.Dotnet(folder, "new", "install", Path.Combine(feed.Folder, $"MLNetGen.Templates.{feed.Version}.nupkg"), "--debug:custom-hive", hive);
        foreach ((string template, string column) in (ReadOnlySpan<(string, string)>)[("classifier", "PredictedLabel"), ("vae", "Latent"), ("own", "Clean")])
        {
            string project = Path.Combine(folder, template);
            PackageFeed.Dotnet(folder, "new", $"mlnetgen-{template}", "-o", project, "--debug:custom-hive", hive);
            Assert.InRange(File.ReadAllLines(Path.Combine(project, "Program.cs")).Length, 1, 60);
            Dictionary<string, string> packages = XDocument.Load(Path.Combine(project, template + ".csproj")).Descendants("PackageReference")
                .DistinctBy(each => each.Attribute("Version")!.Value).ToDictionary(each => each.Attribute("Include")!.Value, each => each.Attribute("Version")!.Value);
            Assert.Equal([feed.Version, Versions["OnnxRuntimeVersion"], Versions["LibtorchVersion"]], packages.Values);
            PackageFeed.Dotnet(project, "run", "-c", "Release", "--", pictures);
            var ml = new MLContext();
            using var model = (IDisposable)ml.Model.Load(Path.Combine(project, "model.zip"), out _);
            Assert.NotNull(((ITransformer)model).GetOutputSchema(ml.Images.LoadFolder(pictures).Schema).GetColumnOrNull(column));
        }
    }

    // What 'dotnet new console' makes, and packages.
    private void WriteProject(string folder, params string[] packages) => new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement("PropertyGroup", new XElement("OutputType", "Exe"), new XElement("TargetFramework", "net10.0"), new XElement("ImplicitUsings", "enable"), new XElement("Nullable", "enable")),
        new XElement("ItemGroup", ((string[])["MLNetGen.Trainers", feed.Version, .. packages]).Chunk(2)
            .Select(package => new XElement("PackageReference", new XAttribute("Include", package[0]), new XAttribute("Version", package[1])))))
        .Save(Path.Combine(folder, "Empty.csproj"));

    private static string Pictures(string folder)
    {
        foreach ((string label, int shade) in (ReadOnlySpan<(string, int)>)[("dark", 30), ("bright", 200)])
        {
            for (int i = 0; i < 24; i++)
            {
                byte[] shades = new byte[32 * 32];
                new Random(i + shade).NextBytes(shades);
                new Picture(32, 32, 1, [.. shades.Select(x => (byte)(shade + x / 8))]).Save(Path.Combine(folder, "pictures", label, $"{i}.png"));
            }
        }
        return Path.Combine(folder, "pictures");
    }

    // The format of MNIST's files: 2051, three sizes, then a byte a pixel.
    private static byte[] Idx(byte count)
    {
        byte[] pixels = new byte[count * Side * Side];
        new Random(1).NextBytes(pixels);
        return [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, Side, 0, 0, 0, Side, .. pixels];
    }
}
