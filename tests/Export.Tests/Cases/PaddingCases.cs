using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Cases;

internal static class PaddingCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["ReflectionPad1d"] = r => new(ReflectionPad1d(One(r)), r.Row(2, 4)),
        ["ReflectionPad2d"] = r => new(ReflectionPad2d(Two(r)), r.Picture(2, 4)),
        ["ReflectionPad3d"] = r => new(ReflectionPad3d(Three(r)), r.Row(2, 4, 4, 4)),
        ["ReplicationPad1d"] = r => new(ReplicationPad1d(One(r)), r.Row(2, 1)),
        ["ReplicationPad2d"] = r => new(ReplicationPad2d(Two(r)), r.Picture(2, 1)),
        ["ReplicationPad3d"] = r => new(ReplicationPad3d(Three(r)), r.Row(2, 1, 1, 1)),
        ["ConstantPad1d"] = r => new(ConstantPad1d(One(r, -1), r.NextDouble()), r.Row(2, 3)),
        ["ConstantPad2d"] = r => new(ConstantPad2d(Two(r, -1), r.NextDouble()), r.Picture(2, 3)),
        ["ConstantPad3d"] = r => new(ConstantPad3d(Three(r, -1), r.NextDouble()), r.Row(2, 3, 3, 3)),
        ["ZeroPad2d"] = r => new(ZeroPad2d(Two(r, -1)), r.Picture(2, 3)),
    };

    // Below 0 it crops.
    private static (long, long) One(Random r, int least = 0) => (r.Next(least, 4), r.Next(least, 4));

    private static (long, long, long, long) Two(Random r, int least = 0)
    {
        long[] p = r.Many(4, least, 3);
        return (p[0], p[1], p[2], p[3]);
    }

    private static (long, long, long, long, long, long) Three(Random r, int least = 0)
    {
        long[] p = r.Many(6, least, 3);
        return (p[0], p[1], p[2], p[3], p[4], p[5]);
    }
}
