using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests;

/// <summary>Rows with properties of type MLImage.</summary>
public class PictureTypesTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Rows_of_any_size_go_in_and_come_out()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(Photos());
        Assert.Equal(0, Assert.IsType<ImageDataViewType>(rows.Schema["Image"].Type).Width);
        Assert.Equal([(3, 4), (5, 2)], ml.Data.CreateEnumerable<Photo>(rows, reuseRowObject: false).Select(photo => (photo.Image!.Width, photo.Image.Height)));
    }

    [Fact]
    public void Pictures_that_this_library_makes_come_out_at_their_size()
    {
        IDataView moons = ml.Images.MoonPhases(2, size: 11);
        Assert.Equal([(11, 11), (11, 11)], ml.Data.CreateEnumerable<Photo>(moons, reuseRowObject: false).Select(photo => (photo.Image!.Width, photo.Image.Height)));
    }

    [Fact]
    public void Pictures_of_other_transformers_come_out_once_their_schema_is_registered()
    {
        ITransformer resize = ml.Transforms.ResizeImages("Small", 23, 19, "Image").Fit(ml.Data.LoadFromEnumerable(Photos()));
        Assert.Throws<NotImplementedException>(() => ml.Model.CreatePredictionEngine<Photo, Resized>(resize));
        ml.Images.RegisterTypes(resize.GetOutputSchema(ml.Data.LoadFromEnumerable(Photos()).Schema));
        using PredictionEngine<Photo, Resized> engine = ml.Model.CreatePredictionEngine<Photo, Resized>(resize);
        Assert.All(Photos(), photo =>
        {
            using MLImage small = engine.Predict(photo).Small!;
            Assert.Equal((23, 19), (small.Width, small.Height));
        });
    }

    private static Photo[] Photos() => [new() { Image = Of(3, 4) }, new() { Image = Of(5, 2) }];

    private static MLImage Of(int width, int height) => new Picture(width, height, 1, new byte[width * height]).ToImage();

    private sealed class Photo
    {
        public MLImage? Image { get; set; }
    }

    private sealed class Resized
    {
        public MLImage? Small { get; set; }
    }
}
