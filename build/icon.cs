// Draws the packages' icon: nine of the built-in moons, from crescent to full to crescent.
//   dotnet run build/icon.cs
#:project ../src/Transforms/MLNetGen.Transforms.csproj
#:property PublishAot=false
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen;

const int Side = 40;    // three of them, and four gaps of 2 pixels, are 128
var ml = new MLContext();
// Large, and tilted alike; ML.NET disposes of a row's picture when it goes on to the next.
var moons = ml.Data.CreateEnumerable<Moon>(ml.Images.MoonPhases(20_000, Side), reuseRowObject: false)
    .Select(moon => (moon.Phase, Difference: Math.Abs(moon.Radius / Side - 0.45f) + Math.Abs(moon.Tilt - 15) / 200, Picture: Picture.FromImage(moon.Image!))).ToArray();
PictureGrid.Save(
    Beside("icon.png"), [.. Enumerable.Range(1, 9).Select(tenth => moons.MinBy(moon => Math.Abs(moon.Phase - tenth / 10f) + moon.Difference).Picture)], columns: 3, scale: 1);

static string Beside(string name, [CallerFilePath] string script = "") => Path.Combine(Path.GetDirectoryName(script)!, name);

internal sealed class Moon
{
    public MLImage? Image { get; set; }

    public float Phase { get; set; }

    public float Tilt { get; set; }

    public float Radius { get; set; }
}
