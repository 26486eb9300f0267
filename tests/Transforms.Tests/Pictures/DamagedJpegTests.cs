using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

/// <summary>JPEG files of 48×32 pixels, written by Pillow and OpenCV, whose coded data is damaged and whose markers are whole: what can be decoded is used, the rest is named.</summary>
public class DamagedJpegTests
{
    private const string Baseline =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh" +
        "4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAgADADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAABgUECP/EAC4QAAECBAQEBQQDAAAAAAAAAAEC" +
        "EQADBAUSISIxUXGhsQYTI0FhJDJC4ZHB0f/EABkBAQACAwAAAAAAAAAAAAAAAAUGBwIECP/EACgRAQABAwMBBwUAAAAAAAAAAAECAwURAAQhURIiMUFhgbETFDJScf/aAAwDAQACEQMRAD8A5XpLQ7" +
        "aekWKOyO2iFNutDtphJbrI7aIztW3++xo3Y33s450Lo/D7to6RYpPDbt6fSGiaCVTKCPKMyZvhGTczGyltlXPIzKA7sgN+4W3FG17Wp9FGpUPEieH9Xj2Mp5mpzbL7OQOcGisjw3LQkKmBKBs6i0UZ" +
        "Fio0qAUtJyfSCrtCymsMiRh87Ckn2Zz/AAIqUdsSWEmkJy3VlnygzcVNrTezKjCEuiym+5EEz5ZxqwLZe5OO8/GiNotDtohILeaaQjAgeYsslxtxMXrHaHw6IrybSZ9eo4SyNAccN+rwHbLrU2tri0" +
        "XFSokYvTzX2ODoo64q2N4JT5eDRa1WEABSkgAByT7RVp6CZMVgpkYJe2Jsz/neFItSpk0UyB6aWxN7n9d4qSbZh+np069lKH4/A+Y16lxhtoNGisYRcKflOX6x9Or8BzPbbeVRXRSls0inIQZZXMb7" +
        "QO8Vqe1zinEspkS+AyPHfd+UJ6azpp8MuXKC5pZwRkkfMU6e0JQsGakzp2WngP65QVUuUqI0zEA4QUD0lI705Y8YxxnoPGrBtt5zhzr/2Q==";

    private const string Progressive =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh" +
        "4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wgARCAAgADADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAABQQDB//EABkBAQACAwAAAAAAAAAAAAAAAAQF" +
        "BgEDB//aAAwDAQACEAMQAAAB5XYolkwtjWy5wqlao1gISvrDxUupWrXPE1qUksP/xAAbEAADAQADAQAAAAAAAAAAAAAAAgMBBBESE//aAAgBAQABBQJZCRE44vGM42GQQnInE8Yos20WGYJMlI+fnJ" +
        "QFTdFjiiy0hIyXb/LvcmLHyLI//8QAGREAAwEBAQAAAAAAAAAAAAAAAAEEAxFR/9oACAEDAQE/AcLuE1zZNa/TCzrJrCaw/8QAJREAAQMCBAcBAAAAAAAAAAAAAQIDBAASITEyYRMiQVGBkbHw/9oA" +
        "CAECAQE/AYrfHpxEVpVmpW1OKaTgUAHyflRpSmoos1KwFKkBsWIwA9k9hSpJRy5fupzJ2Ff/xAAgEAABAwQCAwAAAAAAAAAAAAAAARAhAhESMSAiQVFh/9oACAEBAAY/An0Tw1dWkilvrddGpPSPj4" +
        "MaSyJJMqf/xAAgEAACAgICAgMAAAAAAAAAAAAAAREhMWFRcRBBgbHR/9oACAEBAAE/IdZpNHiKKYLsUdtfFmk0icjoGv6IeqE/uayjCtg9rQ0hI5FVbgQZcFhon6xRKBhkjov2+BEJH0Ep01n/2gAM" +
        "AwEAAgADAAAAEDv4REdv/8QAGBEBAAMBAAAAAAAAAAAAAAAAAQARIbH/2gAIAQMBAT8QxbDhuiOrXIGrhFUVltNz/8QAHxEBAAEEAwADAAAAAAAAAAAAAREAITFRQWGBcbHh/9oACAECAQE/ELSpAE" +
        "Mgx8rbwlOSkOhlX0Ak8TFOChBNcr4WNKNL0VQp+I2/QXARBLIKB0GFmCdDav/EACMQAAICAQMEAwEAAAAAAAAAAAERACExUXGxQWGhwYGR4dH/2gAIAQEAAT8QevSNUsXrHL0gkAOGSgwCqdDwj1D1" +
        "Ic/IlLcwuLItoV+zNgeiZ+hCkCms0vaPUgl9qYY1MEAAAAGSek0R6ln+cwsDJWA5hDOiFHXOXtGxIcyrY0z5cAkeCnU/nM+EIPAd4oE6YIoO8CyajYPW0//Z";

    private const string Restarts =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh" +
        "4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAgADADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF" +
        "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmq" +
        "KjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC" +
        "AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqK" +
        "mqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/90ABAAC/9oADAMBAAIRAxEAPwD5WtdF34+T9K1LXw1vx+7/AErtdH0Xft+Suz0fw1v2/u/0rzsNnvsuoZPD69Y8" +
        "stfB+/H7r9K1bXwJvx+5/SvUb6Kx0iQW32drq7wCY0IAXp949uOQMH8Mg1Vhsdd1JhmZrdCQQluNmOMdR834E/0r7HLM8rzSley7s+hqrK8LU9i06lRbqK29W9PkrtdUf//Q8jPgO2t4xJdGGBCdoa" +
        "VgoJ9Mn6Up8L6BDIscl3CxIzmJTIPzUEfhXfJ4S0zTdgv5Y4WbGE2lmwc87QCccHnpVq2sYW+Ww0aR8pw8xC4b/dGcjp3H4V+v5ZnE3Zqba+S/M9qricLTfLKjCEuzcpv5qKTXlexH4Y0Xft+Suy1K" +
        "3fSNMi+zRr9ruCVjLLnaAOW6YOMjg+vfBFbHgnRd+z5K05tIOo+J5zsYpARAgZQCNvB6f7W4/jX8e4XM1Ov7z0WrPzrKM6qYXK4ui7VKjUYvt1b+7Rdm0z//0dHw74SRY/MkVURRuZm4AA6kmrfl3d" +
        "3M1tpEfkW33fO2fvH6gkZ+6OeO/GcjpXa6npkl3fDSLb/j2hx523HzydcEg8gccccg56CrMth5H/Er0tf9I+7NOv8Ayz9VU/3vU9vr0+Xy3NHNqUndv7ku7PmHm0MNB0aLcYRdm18U5fyx8u7/ACS1" +
        "4WLQtN0lvJkhae7AB8mNemQSNx6AdPU8g4q//Zt+0LTTzR6ZaHgLHw3GWADfeLYHRcZx0rsY9Dj0ny7W0to5744JVgSsY/2sdz2H4+mZRokdvcbrwSahqPy/uiSNoJJ5OMKOp2j1HGDmv0DLc0UrO9" +
        "/66LZLzZyPN5UU6atBLRpNpLylJe9OVt4xtfsnof/Z";

    public static TheoryData<string, string> Files => new() { { "baseline", Baseline }, { "progressive", Progressive }, { "restarts", Restarts } };

    [Theory]
    [MemberData(nameof(Files))]
    public void What_the_decoder_takes_is_used_and_what_it_refuses_is_named(string kind, string base64)
    {
        byte[] whole = Convert.FromBase64String(base64);
        int scan = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]) + 14;
        Random random = new(kind.Length);
        using TestFolder folder = new();
        folder.Write("whole.jpg", whole);
        string[] refused = [.. Enumerable.Range(0, 300).Where(i =>
        {
            byte[] damaged = [.. whole];
            for (int left = 1 + i % 5; left > 0; left--)
            {
                int at = random.Next(scan, whole.Length - 2);
                // A marker stays one, and no new one comes.
                if (damaged[at] != 0xFF && damaged[at - 1] != 0xFF) damaged[at] = (byte)random.Next(255);
            }
            string path = folder.Write($"{i}.jpg", damaged);
            if (PictureFile.Check(damaged) is { Problem: { } problem })
            {
                Assert.Matches("^(cannot be decoded|damaged JPEG|truncated JPEG)", problem);
                Assert.Contains($"{i}.jpg", Assert.Throws<InvalidDataException>(() => PictureFile.Read(path)).Message);
                return true;
            }
            Picture picture = PictureFile.Read(path);
            Assert.Equal((48, 32), (picture.Width, picture.Height));
            return false;
        }).Select(i => $"{i}.jpg")];
        IDataView rows = new MLContext(seed: 1).Images.LoadFolder(folder.Root, null, out ImageFolderReport report);
        Assert.Equal(refused.Order(StringComparer.Ordinal), report.Skipped.Select(one => one.Path));
        Assert.Equal(301 - refused.Length, rows.GetColumn<MLImage>("Image").Count(image => (image.Width, image.Height) == (48, 32)));
        Assert.InRange(report.Loaded, 2, 301);
    }

    [Fact]
    public void A_frame_header_of_another_kind_is_used_or_named()
    {
        byte[] progressive = Convert.FromBase64String(Progressive), baseline = Convert.FromBase64String(Baseline);
        // Progressive data under a baseline frame, and the other way round.
        progressive[progressive.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC2]) + 1] = 0xC0;
        baseline[baseline.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 1] = 0xC2;
        foreach (byte[] file in (byte[][])[progressive, baseline])
        {
            PictureCheck check = PictureFile.Check(file);
            using TestFolder folder = new();
            string path = folder.Write("a.jpg", file);
            if (check.IsReadable)
                Assert.Equal((48, 32), (PictureFile.Read(path).Width, PictureFile.Read(path).Height));
            else
                Assert.Contains("a.jpg", Assert.Throws<InvalidDataException>(() => PictureFile.Read(path)).Message);
        }
    }
}
