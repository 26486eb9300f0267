using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen;

/// <summary>What a run was made with.</summary>
internal static class RunVersions
{
    public static IReadOnlyDictionary<string, string> Current() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["mlnetgen"] = Of(typeof(RunVersions)),
        ["dotnet"] = Environment.Version.ToString(),
        ["microsoftML"] = Of(typeof(MLContext)),
        ["onnxRuntime"] = OrtEnv.Instance().GetVersionString(),
        ["operatingSystem"] = RuntimeInformation.OSDescription,
        ["torchSharp"] = Of(typeof(TorchSharp.torch)),
    };

    private static string Of(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";
}
