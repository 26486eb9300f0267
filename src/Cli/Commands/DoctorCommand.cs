using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Export;
using TorchSharp;

namespace MLNetGen.Cli.Commands;

internal static class DoctorCommand
{
    private const double Gigabyte = 1e9;

    // A run's checkpoints and ONNX files of the largest network, several times over.
    private const long LittleSpace = 5_000_000_000;

    public static Command Create()
    {
        Option<string> output = new("--out") { Description = "Where runs are to be written", DefaultValueFactory = _ => "out" };
        Command command = new("doctor", "Say what this machine has for training, and what is amiss") { output };
        command.SetAction(parsed =>
        {
            List<Check> checks = [];
            void Look(string name, Func<string> describe) => checks.Add(Try(name, describe));
            Look("system", () => $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}");
            Look("processor", () => $"{Environment.ProcessorCount} threads{(Avx512F.IsSupported ? ", AVX-512" : Avx2.IsSupported ? ", AVX2" : "")}");
            Look("libtorch", () => $"{torch.__version__} of TorchSharp {VersionOf(typeof(torch))}, {torch.get_num_threads()} threads{(TorchLibrary.Remedy is { } remedy ? $"; {remedy}" : "")}");
            Look("convolutions", () => TorchLibrary.ConvolutionRemedy is { } slow ? throw new NotSupportedException(slow) : TorchLibrary.OneDnnRemedy is { } limited ? $"right: {limited}" : "right");
            Look("GPU", () => torch.cuda.is_available() ? $"{torch.cuda.device_count()} by CUDA" : "none; training and scoring are on the processor");
            Look("ONNX Runtime", () => $"{VersionOf(typeof(InferenceSession))}, {string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}");
            Look("ML.NET", () => VersionOf(typeof(MLContext)));
            Look("ResNet-18", () =>
            {
                using FeatureExtractor extractor = FeatureExtractor.ResNet18(CommandContext.Create(seed: 1));
                return $"{extractor.FeatureCount} features";
            });
            Look("ffmpeg", () => Find("ffmpeg") ?? throw new FileNotFoundException("not on PATH: stylize takes pictures and folders of frames, and no videos"));
            Look("disk", () => Space(parsed.GetValue(output)!));
            Look("temporary files", () => Space(Path.GetTempPath()));
            bool isWell = checks.TrueForAll(check => check.IsWell);
            JsonOutput.Add("isWell", isWell);
            JsonOutput.Add("checks", checks);
            Console.WriteLine(isWell ? "all is well." : "what is marked with ! is amiss; all else works.");
            return 0;
        });
        return command;
    }

    // Told at once: some take seconds.
    private static Check Try(string name, Func<string> describe)
    {
        Check check;
        try
        {
            check = new(name, describe(), IsWell: true);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            check = new(name, Failure.MessageOf(e.GetBaseException()), IsWell: false);
        }
        Console.WriteLine($"{(check.IsWell ? name : $"{name} !"),-18}{check.Text}");
        return check;
    }

    // Of ML.NET's assemblies the version itself never changes. What follows a plus is a commit.
    private static string VersionOf(Type type) => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program)).FirstOrDefault(File.Exists);

    // Of the nearest folder that is there: it is made when something is written.
    private static string Space(string folder)
    {
        string? place = Path.GetFullPath(folder);
        while (place is not null && !Directory.Exists(place)) place = Path.GetDirectoryName(place);
        long free = new DriveInfo(place ?? ".").AvailableFreeSpace;
        string text = string.Create(CultureInfo.InvariantCulture, $"{free / Gigabyte:F0} GB free in {Path.GetFullPath(folder)}");
        return free < LittleSpace ? throw new IOException($"{text}: too little for large networks") : text;
    }

    private sealed record Check(string Name, string Text, bool IsWell);
}
