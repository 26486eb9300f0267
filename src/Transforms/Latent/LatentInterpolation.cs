namespace MLNetGen;

/// <summary>The way from one latent vector to another.</summary>
public enum LatentInterpolation
{
    /// <summary>
    /// Along the great circle: sin((1−t)θ)/sin θ · a + sin(tθ)/sin θ · b, θ the angle between a and b. Vectors of one norm keep
    /// it, which is what a model of normal z was trained on: those have norms near √dimension, and the middle of a straight
    /// line does not. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985, section 3.3;
    /// White, "Sampling generative networks", 2016, section 2.1, arXiv:1609.04468.
    /// </summary>
    Spherical,

    /// <summary>The straight line (1−t)·a + t·b.</summary>
    Linear,
}
