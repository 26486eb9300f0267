using System.Globalization;

namespace MLNetGen.Classification;

/// <summary>A share as people read it.</summary>
internal static class Percent
{
    public static string Of(double share, int decimals = 1) => (share * 100).ToString(decimals == 0 ? "F0" : "F1", CultureInfo.InvariantCulture) + "%";
}
