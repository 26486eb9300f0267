using Microsoft.ML;
using TorchSharp;

namespace MLNetGen.Tests.Gan;

public sealed class DcganMemoryTests
{
    // A step's tensors are some hundred kilobytes: one step in five that kept them would show.
    private const long Growth = 50_000_000;

    [Fact]
    public void A_thousand_steps_leave_no_tensor_and_no_memory_behind()
    {
        MLContext ml = new(seed: 1);
        Dictionary<int, (long Tensors, long Bytes)> seen = [];
        ml.Generative.Trainers.Dcgan(new DcganTrainer.Options
        {
            Network = DcganNetwork.Mnist32,
            Width = 8,
            LatentDimension = 6,
            Steps = 1000,
            BatchSize = 4,
            Seed = 5,
            NumberOfThreads = 1,
            ProgressCallback = progress =>
            {
                if (progress.Step % 300 == 50)
                    seen[progress.Step] = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, Environment.WorkingSet);
            },
        }).Fit(ml.Images.MoonPhases(8)).Dispose();
        Assert.Equal([50, 350, 650, 950], seen.Keys);
        Assert.Single(seen.Values.Select(at => at.Tensors).Distinct());
        Assert.InRange(seen[950].Bytes - seen[350].Bytes, long.MinValue, Growth);
    }
}
