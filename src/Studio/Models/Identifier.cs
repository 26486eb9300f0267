using System.Security.Cryptography;
using System.Text;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Models;

/// <summary>How what was found is named to the page: by hashes, so that no path comes from a request.</summary>
internal static class Identifier
{
    private const int Length = 12;

    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Length];

    public static RefusedException Absent(string what, string id) =>
        new(404, "absent", $"there is no {what} '{(id.Length > Length ? id[..Length] + "…" : id)}': it was renamed or removed, or its name is wrong. The list has those that there are.");
}
