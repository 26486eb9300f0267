namespace MLNetGen.Tests.Docs.Figures;

/// <summary>The figures' colours.</summary>
internal static class Colors
{
    public static readonly (byte R, byte G, byte B) Ink = (27, 32, 40), Soft = (91, 100, 114), Line = (160, 168, 180), Padding = (238, 240, 243), Input = (207, 226, 255),
        Output = (206, 240, 214), Window = (255, 196, 120), Now = (120, 214, 146), Blue = (48, 96, 208), Red = (208, 62, 62), White = (255, 255, 255);
}
